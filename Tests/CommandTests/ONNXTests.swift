import Base
import CaffeProto
import Engine
import Layers
import NetIO
import NetModel
import Slimming
import TestSupport
import Testing

@testable import ONNX
@testable import caffe_increg

/// What is written as ONNX is valid, and ONNX Runtime computes with it what the net computes.
@Suite struct ONNXTests {
  private let folder: TemporaryFolder
  private static let state = NetState.with { $0.phase = .test }

  init() throws { folder = try TemporaryFolder() }

  /// The net for inference, with random weights.
  private func deployed(_ text: String, state: NetState = state) throws -> (NetDescription, [String: [WeightBlob]]) {
    let whole = try NetDescription(NetParameter(text: text), state: state, registry: .caffe)
    let random = RandomSource(seed: 7)
    var weights: [String: [WeightBlob]] = [:]
    for layer in whole.layers where !layer.blobs.isEmpty {
      weights[layer.name] = layer.blobs.map { spec in
        // Statistics are positive.
        let least: Float = spec.role == .channel ? 0.3 : -0.7
        return WeightBlob(
          shape: spec.shape, data: Floats((0..<spec.shape.count).map { _ in random.uniform(least, 1) }))
      }
    }
    return (
      try NetDescription(whole.deploy, state: state, registry: .caffe), whole.resolvingShared(weights)
    )
  }

  private func exported(_ text: String, fixedBatch: Bool = false, state: NetState = state) throws -> Model {
    let (net, weights) = try deployed(text, state: state)
    return try Model(net, weights: weights, registry: .caffe, fixedBatch: fixedBatch)
  }

  @Test func runtimeAgrees() throws {
    var arguments: [String] = []
    #expect(ONNXCase.all.count >= 250, "\(ONNXCase.all.count)")
    for (index, test) in ONNXCase.all.enumerated() {
      let (net, weights) = try deployed(test.net)
      var model = try Model(net, weights: weights, registry: .caffe, fixedBatch: true)
      do { model = try Model(net, weights: weights, registry: .caffe) } catch ExportError.batch {}
      let check = ModelCheck(
        net: net, weights: weights, model: model, backend: ReferenceBackend(), value: test.values.next)
      let (file, arrays) = (folder("\(index)-.onnx"), folder("\(index)-.npy"))
      try model.write(to: file)
      try check.write(to: arrays)
      arguments += [file, arrays, check.batches.map(String.init).joined(separator: ",")]
    }
    try folder.write(ModelCheck.script, to: "check.py")
    var output: String?
    do {
      output = try python([folder("check.py")] + arguments, needs: "onnx, onnxruntime, numpy")
    } catch let failure as PythonFailure { output = failure.description }
    guard let output else { return }
    for (index, test) in ONNXCase.all.enumerated() {
      let lines = output.split(separator: "\n").filter { $0.contains("/\(index)-") }
      let isGood = !lines.isEmpty && !lines.contains { $0.contains("DIFFERENT") || $0.contains("FAILED") }
      #expect(isGood, "\(test.name): \(lines)")
    }
  }

  @Test(arguments: [
    ("LSTM", "bottom: 'x' bottom: 'c' recurrent_param { num_output: 2 }", "layers of this type"),
    ("Im2col", "bottom: 'x' convolution_param { kernel_size: 2 }", "layers of this type"),
    ("Filter", "bottom: 'x' bottom: 'one'", "layers of this type"),
    ("BatchNorm", "bottom: 'x' batch_norm_param { use_global_stats: false }", "statistics of the batch"),
    ("Pooling", "bottom: 'x' pooling_param { kernel_size: 1 stride: 2 }", "lies outside the image"),
    ("Upsample", "bottom: 'x' bottom: 'x'", "places of maxima"),
    ("BN", "bottom: 'x' bn_param { bn_mode: LEARN }", "statistics of the batch"),
    (
      "DetectionOutput", "bottom: 'x' bottom: 'x' bottom: 'x' detection_output_param { num_classes: 2 }",
      "layers of this"
    ),
    ("Convolution", "bottom: 'x' convolution_param { num_output: 2 kernel_size: 1 axis: 2 }", "axis 1"),
  ])
  func refusesByName(type: String, settings: String, cause: String) throws {
    let net = """
      layer { name: 'in' type: 'Input' top: 'x' top: 'c' top: 'one'
        input_param { shape { dim: [4, 2, 4, 4] } shape { dim: [4, 2] } shape { dim: 4 } } }
      layer { name: 'odd one' type: '\(type)' top: 'y' \(settings) }
      """
    let error = try #require(throws: ExportError.self) { try exported(net, fixedBatch: true) }
    #expect("\(error)".hasPrefix("layer 'odd one' (\(type)): ") && "\(error)".contains(cause), "\(error)")
  }

  @Test func trainingCannotBeWritten() throws {
    let net =
      "layer { name: 'in' type: 'Input' top: 'x' input_param { shape { dim: 2 } } }"
      + "layer { name: 'drop' type: 'Dropout' bottom: 'x' top: 'y' }"
    #expect(throws: ExportError.self) { try exported(net, state: .with { $0.phase = .train }) }
  }

  /// What cuts or counts the batch works with its own number only, and is named.
  @Test(arguments: [
    "type: 'Slice' top: 'b' slice_param { axis: 0 }", "type: 'ArgMax' argmax_param { axis: 0 }",
    "type: 'InnerProduct' inner_product_param { num_output: 2 axis: 0 }", "type: 'Scale' scale_param { axis: 0 }",
    "type: 'Reshape' reshape_param { shape { dim: [2, 4, 3] } }",
  ])
  func namesWhatNeedsItsBatch(layer: String) throws {
    let net =
      "layer { name: 'in' type: 'Input' top: 'x' input_param { shape { dim: [2, 4, 3] } } }"
      + "layer { name: 'l' bottom: 'x' top: 'a' \(layer) }"
    let error = try #require(throws: ExportError.self) { try exported(net) }
    guard case .batch = error else { throw error }
    #expect(try exported(net, fixedBatch: true).inputs[0].extents == [.fixed(2), .fixed(4), .fixed(3)])
  }

  @Test func axesAndNames() throws {
    let net = """
      layer { name: 'in' type: 'Input' top: 'x' input_param { shape { dim: [3, 4, 8, 8] } } }
      layer { name: 'conv' type: 'Convolution' bottom: 'x' top: 'c' convolution_param { num_output: 6 kernel_size: 3 } }
      layer { name: 'relu' type: 'ReLU' bottom: 'c' top: 'c' }
      layer { name: 'drop' type: 'Dropout' bottom: 'c' top: 'c' }
      layer { name: 'rows' type: 'Reshape' bottom: 'c' top: 'rows' reshape_param { shape { dim: [-1, 36] } } }
      """
    let model = try exported(net)
    #expect(model.inputs == [Model.Port(name: "x", blob: "x", extents: [.batch, .fixed(4), .fixed(8), .fixed(8)])])
    #expect(model.outputs == [Model.Port(name: "rows", blob: "rows", extents: [.unknown, .fixed(36)])])
    #expect(model.nodes.map(\.operation) == ["Conv", "Relu", "Reshape"])
    #expect(model.nodes.map(\.name) == ["conv", "relu", "rows"])
    #expect(model.nodes.map(\.outputs) == [["c/conv"], ["c"], ["rows"]])
    #expect(model.constants.map(\.name) == ["conv/0", "conv/1", "rows/numbers"])
    #expect(try exported(net, fixedBatch: true).outputs[0].extents == [.fixed(18), .fixed(36)])
  }

  private static let small = """
    name: 'small'
    layer { name: 'in' type: 'Input' top: 'x' input_param { shape { dim: [2, 4, 9, 9] } } }
    layer { name: 'conv' type: 'Convolution' bottom: 'x' top: 'c' convolution_param { num_output: 16 kernel_size: 3 } }
    layer { name: 'pool' type: 'Pooling' bottom: 'c' top: 'p' pooling_param { kernel_size: 2 stride: 2 } }
    layer { name: 'ip' type: 'InnerProduct' bottom: 'p' top: 'y' inner_product_param { num_output: 5 } }
    """

  private func writeSmall() throws {
    let (net, weights) = try deployed(Self.small)
    try folder.write(Self.small, to: "net.prototxt")
    try CaffeModel.write(WeightSet(net, blobs: weights), to: folder("net.caffemodel"))
  }

  @Test(arguments: ["", " --fixed-batch", " --external-data"])
  func commandChecks(flags: String) throws {
    guard try python("", needs: "onnxruntime, numpy") != nil else { return }
    try writeSmall()
    // With the path on which Python is, unlike other runs of the program.
    let line = "convert net.caffemodel --model net.prototxt it's.onnx --check" + flags
    let run = try Invocation(
      ProgramRun.path, line.split(separator: " ").map(String.init), in: folder.path
    ).run()
    #expect(run.status == 0, "\(run.errors)")
    let lines = run.output.split(separator: "\n")
    let batches = flags.contains("fixed") ? [""] : ["batch 1, ", "batch 5, "]
    #expect(lines.count == batches.count)
    for (line, batch) in zip(lines, batches) {
      #expect(line.hasPrefix("it's.onnx: \(batch)output 'y': largest difference "))
    }
    let data = flags.contains("external") ? ["it's.onnx.data"] : []
    #expect(folder.entries() == ["it's.onnx"] + data + ["net.caffemodel", "net.prototxt"])
  }

  /// Large values lie where the model says, in units of pages, and nothing of them in the model.
  @Test func externalData() throws {
    let (net, weights) = try deployed(Self.small)
    try Model(net, weights: weights, registry: .caffe).write(to: folder("a.onnx"), external: true)
    let data = try readBytes(folder("a.onnx.data"))
    let kernel = try #require(weights["conv"]?[0].data), matrix = try #require(weights["ip"]?[0].data)
    #expect(data.count == 4096 + matrix.count * 4 && kernel.count * 4 < 4096)
    let values = data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    #expect(Array(values[..<kernel.count]) == Array(kernel))
    #expect(Array(values[1024...]) == Array(matrix))
    #expect(try readBytes(folder("a.onnx")).count < 1500)
  }

  @Test(arguments: [
    ("net.caffemodel b.onnx", "give --model"), ("net.caffemodel b.txt", "'b.txt' ends in .txt"),
    ("net.caffemodel b.pt", "ends in .pt"), ("net.caffemodel b.caffemodel --model net.prototxt", "--model goes with"),
    ("net.caffemodel b.h5 --check", "--check go with"), ("net.caffemodel b.onnx.caffemode", "ends in .caffemode"),
  ])
  func refusesWhatIsNotWritten(line: String, cause: String) throws {
    try writeSmall()
    let run = try ProgramRun.run("convert " + line, in: folder)
    #expect(run.status == 1 && run.errors.contains(cause), "\(run.errors)")
    #expect(folder.entries() == ["net.caffemodel", "net.prototxt"])
  }

  /// Weights that do not fit, and a layer that cannot be written: no file.
  @Test func writesNothingWhereItFails() throws {
    try writeSmall()
    let others = [
      ("num_output: 5", "num_output: 6", "layer 'ip'"),
      ("name: 'small'", "", "layer 'columns' (Im2col)"),
    ]
    let columns = "\nlayer { name: 'columns' type: 'Im2col' bottom: 'c' top: 'z' convolution_param { kernel_size: 2 } }"
    for (old, new, cause) in others {
      try folder.write(Self.small.replacing(old, with: new) + (new.isEmpty ? columns : ""), to: "other.prototxt")
      let run = try ProgramRun.run("convert net.caffemodel --model other.prototxt b.onnx", in: folder)
      #expect(run.status == 1 && run.errors.contains(cause), "\(run.errors)")
    }
    #expect(!folder.entries().contains("b.onnx"))
  }
}
