import CaffeProto
import Engine
import Foundation
import Layers
import NetModel
import Pruning
import Slimming
import Solver
import TestSupport
import Testing

@testable import IncRegSolver

/// DSA's gates. Expected numbers are those of the original's formulas in double precision, made with numpy.
@Suite struct DSAGateTests {
  private let strengths = [0.05, 0.1, 0.2, 0.4, 0.8, 1.6]
  private let slopes = [1, -2, 0.5, 0.25, -1, 3]

  @Test(
    arguments: [
      (
        0.5, 0.2932902883, [0.0108439621, 0.0233345803, 0.1877916036, 0.7857740113, 0.9922558426, 1], 1.310932028
      ), (0.9, 0.05253180753, [0.4607644325, 0.9392355675, 1, 1, 1, 1], 2.232889345),
      (
        0.25, 0.8360093854, [0.0100127947, 0.0102046759, 0.01326479, 0.0597979385, 0.4660853451, 0.9406344557],
        -0.6826818907
      ),
    ] as [(Double, Double, [Double], Double)])
  func theVectors(_ keep: Double, _ threshold: Double, _ probabilities: [Double], _ gradient: Double) {
    let gate = KeepGate(strengths, keep: keep, slope: 4)
    #expect(abs(exp(gate.logThreshold) / threshold - 1) < 1e-9)
    for (got, expected) in zip(gate.probabilities, probabilities) { #expect(abs(got - expected) < 1e-9) }
    #expect(abs(gate.gradient(slopes) - gradient) < 1e-8)
    #expect(abs(gate.probabilities.reduce(0, +) / 6 - keep) < 1e-11)
  }

  @Test func keepRatiosBeginAsTheOriginals() throws {
    let method = try method(DSA.self, "DSA") { $0.maxIter = 100 }
    #expect(abs(method.settings.start.sigmoid - 0.993307149076) < 1e-12)
  }

  /// Where no probability is at its bound the gradient is the derivative of sum(g p).
  @Test(arguments: [0.2, 0.3, 0.4], [1, 2, 3.5])
  func theGradientIsTheDerivative(_ keep: Double, _ slope: Double) {
    func sum(_ keep: Double) -> Double {
      let gate = KeepGate(strengths, keep: keep, slope: slope)
      return zip(gate.probabilities, slopes).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let gate = KeepGate(strengths, keep: keep, slope: slope)
    #expect(gate.probabilities.allSatisfy { $0 < 1 })
    #expect(abs((sum(keep + 1e-5) - sum(keep - 1e-5)) / 2e-5 - gate.gradient(slopes)) < 1e-5)
  }

  /// Strengths that are all alike, zero, or far apart; ratios near 0 and 1.
  @Test(arguments: [0.011, 0.3, 0.999999], [1, 50] as [Double])
  func thereIsAlwaysARoot(_ keep: Double, _ slope: Double) {
    for strengths in [[1, 1, 1], [0, 0], [1e-30, 1, 1e30], [0.5]] as [[Double]] {
      let gate = KeepGate(strengths, keep: keep, slope: slope)
      let mean = gate.probabilities.reduce(0, +) / Double(strengths.count)
      #expect(abs(mean - keep) < 1e-9, "\(strengths): \(mean)")
      let gradient = gate.gradient([Double](repeating: 1, count: strengths.count))
      #expect(gradient.isFinite)
    }
  }

  private static let header = """
    layer { name: "data" type: "DummyData" top: "data" top: "label" dummy_data_param {
      shape { dim: 4 dim: 3 dim: 6 dim: 6 } shape { dim: 4 }
      data_filler { type: "gaussian" std: 1 } data_filler { type: "constant" value: 2 } } }

    """
  private static let footer = """
    layer { name: "ip" type: "InnerProduct" bottom: "last" top: "ip"
      inner_product_param { num_output: 5 weight_filler { type: "xavier" } } }
    layer { name: "loss" type: "SoftmaxWithLoss" bottom: "ip" bottom: "label" top: "loss" }
    """

  private static func layer(_ name: String, _ type: String, _ bottom: [String], _ top: String, _ rest: String = "")
    -> String
  {
    let bottoms = bottom.map { "bottom: \"\($0)\" " }.joined()
    return "layer { name: \"\(name)\" type: \"\(type)\" \(bottoms)top: \"\(top)\" \(rest) }\n"
  }

  private static func filters(_ count: Int, _ rest: String = "kernel_size: 3 pad: 1") -> String {
    "convolution_param { num_output: \(count) \(rest) weight_filler { type: \"msra\" } bias_filler { type: \"gaussian\" std: 1 } }"
  }

  private func net(_ layers: [String]) throws -> (solver: Solver, finder: GateFinder, families: [GroupFamily]) {
    let parameter = try NetParameter(text: Self.header + layers.joined() + Self.footer)
    let solver = try Solver(
      SolverParameter.with {
        ($0.baseLr, $0.lrPolicy, $0.maxIter, $0.randomSeed, $0.snapshotAfterTrain) = (0.01, "fixed", 1, 3, false)
        // Gradients of several passes stay where they are.
        ($0.netParam, $0.iterSize) = (parameter, 2)
      }, registry: .caffe, backend: ReferenceBackend(), log: .silent)
    let net = solver.net
    let families = Channels().divide(net.description, weights: net.description.filterWeights).families
    return (solver, GateFinder(net.description), families)
  }

  /// A gradient of a gate is the derivative of the loss by it: filters with biases, transposed filters, and factors.
  @Test(arguments: ["Convolution", "Deconvolution", "Scale", "Late"])
  func gradientsOfGatesAreThoseOfTheLoss(_ kind: String) throws {
    var layers = [
      Self.layer("conv", kind == "Deconvolution" ? kind : "Convolution", ["data"], "conv", Self.filters(4))
    ]
    if kind == "Late" { layers.append(Self.layer("elu", "ELU", ["conv"], "conv")) }
    if kind == "Scale" || kind == "Late" {
      let affine =
        "scale_param { bias_term: true filler { type: \"gaussian\" std: 1 } bias_filler { type: \"gaussian\" std: 1 } }"
      layers.append(Self.layer("scale", "Scale", ["conv"], "conv", affine))
    }
    layers.append(Self.layer("last", "ELU", ["conv"], "last"))
    let (solver, finder, families) = try net(layers)
    let net = solver.net
    let members = try finder.members(of: families[0])
    let names = members.map { net.description.layers[$0.place.layer].name }
    #expect(names == (kind == "Scale" || kind == "Late" ? ["scale", "scale"] : ["conv", "conv"]))
    let parameters = Wiring(net, [], [], L1Norm()).parameters
    let gates = FamilyGates(
      parts: try members.map { .init(member: $0, parameter: try #require(parameters[$0.place])) })
    // The same data in every pass.
    let numbers = solver.random.snapshot
    let before = gates.parts.map { net.parameters[$0.parameter].blob.plainData }
    func loss(_ factors: [Float]) throws -> Double {
      for (part, values) in zip(gates.parts, before) {
        net.parameters[part.parameter].blob.setPlainData(values)
        part.member.scale(net.parameters[part.parameter].blob.mutableData) { factors[$0] }
      }
      solver.random.snapshot = numbers
      return Double(try net.forward())
    }
    _ = try loss([1, 1, 1, 1])
    net.clearParameterDiffs()
    try net.backward()
    let got = gates.gradient(4, { net.parameters[$0].blob.plainData }, { net.parameters[$0].blob.plainDiff })
    for group in 0..<4 {
      func nudged(_ by: Float) throws -> Double {
        var factors: [Float] = [1, 1, 1, 1]
        factors[group] += by
        return try loss(factors)
      }
      let derivative = (try nudged(0.01) - nudged(-0.01)) / 0.02
      #expect(abs(derivative - got[group]) < 2e-3, "\(kind), gate \(group): \(got[group]), expected \(derivative)")
    }
  }

  private static func normalised(_ name: String, _ bottom: String, _ rest: String) -> String {
    layer(name, "Convolution", [bottom], name, filters(4, rest)) + layer(name + "_bn", "BatchNorm", [name], name)
      + layer(name + "_scale", "Scale", [name], name, "scale_param { bias_term: true }")
  }

  /// Of a sum the shortcut's convolution ranks, which comes later in the file, but is nearer to the data.
  @Test func theFirstMakerRanks() throws {
    let (solver, finder, families) = try net([
      Self.normalised("stem", "data", "kernel_size: 3 pad: 1"), Self.normalised("a", "stem", "kernel_size: 3 pad: 1"),
      Self.normalised("b", "a", "kernel_size: 3 pad: 1"), Self.normalised("skip", "stem", "kernel_size: 1"),
      Self.layer("last", "Eltwise", ["b", "skip"], "last"),
    ])
    func name(_ member: GroupMember) -> String { solver.net.description.layers[member.place.layer].name }
    let gates = try families.map { try finder.members(of: $0).map(name) }
    #expect(
      gates == [
        ["stem_scale", "stem_scale"], ["a_scale", "a_scale"], ["skip_scale", "skip_scale", "b_scale", "b_scale"],
      ])
  }

  @Test func familiesWithoutGatesAreNamed() throws {
    let bare = [
      Self.layer("conv", "Convolution", ["data"], "conv", Self.filters(4)),
      Self.layer("bn", "BatchNorm", ["conv"], "conv"), Self.layer("last", "ReLU", ["conv"], "last"),
    ]
    let frozen = [
      Self.layer("conv", "Convolution", ["data"], "conv", "param { lr_mult: 0 } " + Self.filters(4)),
      Self.layer("last", "ReLU", ["conv"], "last"),
    ]
    for (layers, cause) in [(bare, "layer 'bn' normalises its channels"), (frozen, "do not learn (lr_mult)")] {
      let (_, finder, families) = try net(layers)
      let error = #expect(throws: IncRegError.self) { try finder.members(of: families[0]) }
      #expect(error?.description.contains("layer 'conv': prune_param.prune_ratio: ") == true)
      #expect(error?.description.contains(cause) == true)
    }
  }
}
