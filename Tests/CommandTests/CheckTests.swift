import Base
import CaffeProto
import Layers
import NetIO
import NetModel
import TestSupport
import Testing

@testable import caffe_increg

/// Every rule of `check` finds what it is for, and nothing in what is right.
@Suite struct CheckTests {
  private static let head = """
    layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 2 dim: 4 } } }
    layer { name: "label" type: "Input" top: "label" input_param { shape { dim: 2 } } }
    """
  private static let ip = """
    layer { name: "ip" type: "InnerProduct" bottom: "data" top: "ip" inner_product_param {
      num_output: 3 weight_filler { type: "xavier" } } }
    """
  private static let loss = #"layer { name: "loss" type: "SoftmaxWithLoss" bottom: "ip" bottom: "label" top: "loss" }"#
  private static let right = [head, ip, loss].joined(separator: "\n")

  private func solver(_ text: String) throws -> CheckSubject.Solver {
    CheckSubject.Solver(path: "solver.prototxt", parameter: try SolverParameter(text: Array(text.utf8), file: ""))
  }

  private func findings(
    _ net: String, path: String = "net.prototxt", phase: Phase = .train, weights: WeightSet? = nil,
    solver: CheckSubject.Solver? = nil
  ) throws -> [Finding] {
    let text = Array(net.utf8)
    let model = CheckSubject.Model(
      path: path, net: try NetParameter(text: text, file: path), lines: try LayerLines(text: text, file: path))
    let subject = CheckSubject(
      model: model, weights: weights.map { [CheckSubject.Weights(path: "w.caffemodel", set: $0)] } ?? [],
      solver: solver, state: .with { $0.phase = phase }, registry: .caffe.looking())
    return CheckRules.findings(in: [subject])
  }

  private func weights(_ name: String = "ip", _ values: [Float] = Array(repeating: 1, count: 12)) -> WeightSet {
    WeightSet(layers: [
      WeightSet.Layer(
        name: name,
        blobs: [
          BlobProto(shape: [values.count / 4, 4], data: Floats(values)),
          BlobProto(shape: [3], data: Floats([0, 0, 0])),
        ])
    ])
  }

  @Test func whatIsRightHasNoFindings() throws {
    #expect(try findings(Self.right, weights: weights()) == [])
    #expect(try findings(Self.right, phase: .test) == [])
  }

  @Test func eachFaultyLayerIsFoundWithItsLine() throws {
    let found = try findings(
      [
        Self.head, #"layer { name: "a" type: "InnerProduct" bottom: "data" top: "a" }"#,
        #"layer { name: "b" type: "ReLU" bottom: "nobody" top: "b" }"#, Self.ip, Self.loss,
      ].joined(separator: "\n")
    ).filter { $0.severity == .error }
    #expect(found.map(\.layer) == ["a", "b"], "\(found)")
    #expect(found.map(\.line) == [3, 4])
    #expect(found.allSatisfy { $0.rule == "net" })
  }

  @Test func unreadTopsAreFound() throws {
    #expect(try findings([Self.head, Self.ip].joined(separator: "\n")).map(\.layer) == ["label"])
    let side = Self.ip.replacing("\"ip\"", with: "\"side\"")
    let found = try findings([Self.head, side, Self.ip, Self.loss].joined(separator: "\n"))
    #expect(found.map(\.layer) == ["side"] && found.map(\.rule) == ["unread"], "\(found)")
  }

  @Test func layersThatCannotWorkInPlaceAreFound() throws {
    let net = [Self.head, Self.ip.replacing("top: \"ip\"", with: "top: \"data\"")].joined(separator: "\n")
    #expect(try findings(net).contains { $0.rule == "net" && $0.layer == "ip" && $0.message.contains("in place") })
  }

  @Test func layersOfOneNameAreFound() throws {
    let relu = #"layer { name: "r" type: "ReLU" bottom: "ip" top: "ip" }"#
    let found = try findings([Self.head, Self.ip, relu, relu, Self.loss].joined(separator: "\n"))
    #expect(found.map(\.rule) == ["name"] && found.map(\.line) == [5], "\(found)")
  }

  @Test func rulesOfPhasesInADeployNetAreFound() throws {
    let net = Self.right.replacing("name: \"ip\" ", with: "name: \"ip\" include { phase: TRAIN } ")
    #expect(try findings(net, path: "x/deploy.prototxt").map(\.rule) == ["deploy"])
    #expect(try findings(net) == [])
  }

  @Test func aNetWithoutLayersIsFound() throws {
    for text in ["", "name: 'x'"] {
      let found = try findings(text)
      #expect(found.map(\.rule) == ["empty"] && found[0].severity == .error && found[0].message.contains("no layers"))
    }
  }

  @Test func fieldsThatAreNotKnownAreFound() throws {
    let folder = try TemporaryFolder()
    let net = Self.right.replacing("num_output: 3", with: "num_output: 3\nengine: FAST relu: true")
    try folder.write(net, to: "net.prototxt")
    let run = try ProgramRun.run("check --model net.prototxt", in: folder)
    #expect(
      run.status == 0
        && run.output.hasPrefix("net.prototxt:5: warning: InnerProductParameter has no field \"relu\" [field]; "),
      "\(run.output)")
    #expect(run.output.split(separator: "\n").count == 1, "\(run.output)")
  }

  /// Layers behind `ip`, and which of them changes what in Caffe lies where another blob lies that is still to be read.
  @Test(
    arguments: [
      ("Reshape:ip:r ReLU:r:r InnerProduct:ip:b", "ReLU"), ("Flatten:ip:r ReLU:r:r InnerProduct:ip:b", "ReLU"),
      ("Flatten:ip:r Reshape:r:q TanH:q:q InnerProduct:ip:b", "TanH"),
      ("Split:ip:r ReLU:r:r InnerProduct:ip:b", "ReLU"),
      ("Concat:ip:r ReLU:r:r InnerProduct:ip:b", "ReLU"),
      ("Flatten:ip:r Flatten:ip:q ReLU:r:r InnerProduct:q:b", "ReLU"),
      ("Flatten:ip:r ReLU:r:r InnerProduct:r:b", nil), ("InnerProduct:ip:b Flatten:ip:r ReLU:r:r", nil),
      ("Flatten:ip:r ReLU:r:q InnerProduct:ip:b", nil), ("Sigmoid:ip:r ReLU:r:r InnerProduct:ip:b", nil),
      ("Flatten:ip:r ReLU:ip:ip InnerProduct:r:b", nil),
      ("Flatten:ip:r InnerProduct:r:c ReLU:r:r InnerProduct:ip:b", nil),
    ] as [(String, String?)])
  func changesInMemoryThatTopsShareAreFound(_ layers: String, _ changer: String?) throws {
    let text = layers.split(separator: " ").enumerated().map { index, layer in
      let part = layer.split(separator: ":")
      let settings =
        switch part[0] {
        case "InnerProduct": "inner_product_param { num_output: 1 }"
        case "Reshape": "reshape_param { shape { dim: 0 dim: -1 } }"
        default: ""
        }
      return
        "layer { name: '\(part[0])\(index)' type: '\(part[0])' bottom: '\(part[1])' top: '\(part[2])' \(settings) }"
    }
    let net = ([Self.head, Self.ip] + text).joined(separator: "\n")
    let found = try findings(net, phase: .test).filter { $0.rule == "shared_memory" }
    #expect(found.count == (changer == nil ? 0 : 1), "\(found)")
    if let changer { #expect(found.first?.layer?.hasPrefix(changer) == true, "\(found)") }
  }

  @Test func weightsThatDoNotFitAreFound() throws {
    let large = try findings(Self.right, weights: weights("ip", Array(repeating: 1, count: 16)))
    #expect(large.map(\.severity) == [.error] && large.map(\.layer) == ["ip"], "\(large)")
    let stranger = try findings(Self.right, weights: weights("ip0"))
    #expect(stranger.map(\.layer) == ["ip0", "ip"] && stranger.allSatisfy { $0.severity == .warning }, "\(stranger)")
  }

  @Test(arguments: [(Float.nan, "NaN"), (-.infinity, "infinite"), (.leastNonzeroMagnitude, "denormal")])
  func strangeNumbersAreFound(_ value: Float, _ word: String) throws {
    let found = try findings(Self.right, weights: weights("ip", [value] + Array(repeating: 1, count: 11)))
    #expect(found.count == 1 && found[0].message.hasSuffix("1 of 12 values are \(word)"), "\(found)")
  }

  @Test func negativeVariancesAreFound() throws {
    let net = [Self.head, #"layer { name: "bn" type: "BatchNorm" bottom: "data" top: "bn" }"#].joined(separator: "\n")
    let blobs = [[Float(0), 0, 0, 0], [1, -2, 1, 1], [1]].map { BlobProto(shape: [$0.count], data: Floats($0)) }
    let found = try findings(net, weights: WeightSet(layers: [WeightSet.Layer(name: "bn", blobs: blobs)]))
    #expect(found.contains { $0.rule == "variance" && $0.layer == "bn" }, "\(found)")
  }

  @Test(arguments: [
    (#"lr_policy: "step" gamma: 0.1"#, "stepsize", Finding.Severity.error),
    (#"lr_policy: "inv" gamma: 0.1"#, "power: missing", .warning),
    (#"lr_policy: "fixed" stepvalue: 3"#, "stepvalue: lr_policy 'fixed' does not read it", .warning),
    (#"lr_policy: "nonsense""#, "nonsense", .error),
  ]) func policiesAreHeldAgainstTheirFields(_ text: String, _ word: String, _ severity: Finding.Severity) throws {
    let found = try findings(Self.right, phase: .test, solver: solver("base_lr: 1 max_iter: 9 \(text)"))
    #expect(found.contains { $0.severity == severity && $0.message.contains(word) }, "\(found)")
  }

  @Test func settingsThatDoNothingAreFound() throws {
    let text = #"base_lr: 1 max_iter: 9 lr_policy: "step" gamma: 1 stepsize: 9 snapshot: 10 test_interval: 5"#
    let found = try findings(Self.right, phase: .test, solver: solver(text)).filter { $0.rule == "idle" }
    #expect(found.count == 3, "\(found)")
  }

  @Test func ratiosThatNothingFollowsAreFound() throws {
    func ratios(_ net: String, _ method: String) throws -> [Finding] {
      try findings(
        net, phase: .test, solver: solver("base_lr: 1 max_iter: 9 lr_policy: 'fixed' prune_method: '\(method)'")
      )
      .filter { $0.rule == "prune_ratio" }
    }
    let pruned = Self.right.replacing("top: \"ip\"", with: "top: \"ip\" prune_param { prune_ratio: 0.5 }")
    #expect(try ratios(pruned, "None").map(\.layer) == ["ip"])
    #expect(try ratios(pruned, "Reg_Col") == [])
    #expect(try ratios(pruned.replacing("0.5", with: "1.5"), "Reg_Col").count == 1)
    #expect(try ratios(pruned.replacing("0.5", with: "0.01"), "Reg_Col").count == 1)
  }

  @Test func theProgramSaysWhatARunWouldRefuse() throws {
    let folder = try ProgramRun.makeFolder()
    let right = try ProgramRun.run("check --solver solver.prototxt --weights init.caffemodel", in: folder)
    #expect(right.status == 0, "\(right.output) \(right.errors)")
    let text = try readText(folder("solver.prototxt"))
    try folder.write(text.replacing("\"final\"", with: "\"nowhere/x\""), to: "bad.prototxt")
    let wrong = try ProgramRun.run("check --solver bad.prototxt --json", in: folder)
    #expect(wrong.status == 1 && wrong.output.contains("nowhere"), "\(wrong.output) \(wrong.errors)")
    #expect(wrong.errors.hasPrefix("caffe-increg: check: errors: "))
    let absent = try ProgramRun.run("check --model none.prototxt", in: folder)
    #expect(absent.status == 1 && absent.output.contains("[read]"))
    #expect(try ProgramRun.run("check", in: folder).output == "")
  }

  @Test func netsWithoutLayersAreFound() throws {
    let net = Self.right.replacing("layer { ", with: "layer { include { phase: TEST } ")
    #expect(try findings(net).map(\.message) == ["the net has no layers in phase TRAIN"])
  }

  @Test func strictTakesWarningsForErrors() throws {
    let folder = try TemporaryFolder()
    try folder.write([Self.head, Self.ip].joined(separator: "\n"), to: "net.prototxt")
    let lax = try ProgramRun.run("check --model net.prototxt", in: folder)
    #expect(lax.status == 0 && lax.output.contains("net.prototxt:2: warning: layer 'label'"), "\(lax.output)")
    #expect(try ProgramRun.run("check --model net.prototxt --strict", in: folder).status == 1)
  }
}
