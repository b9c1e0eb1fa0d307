import CaffeProto
import Engine
import NetModel
import Pruning
import Slimming
import Testing

/// A residual net with a concatenation, groups and a depthwise convolution.
private let net = """
  layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 2 dim: 3 dim: 8 dim: 8 } } }
  layer { name: "stem" type: "Convolution" bottom: "data" top: "stem"
    convolution_param { num_output: 16 kernel_size: 3 pad: 1 } }
  layer { name: "bn" type: "BatchNorm" bottom: "stem" top: "stem" }
  layer { name: "scale" type: "Scale" bottom: "stem" top: "stem" scale_param { bias_term: true } }
  layer { name: "relu" type: "ReLU" bottom: "stem" top: "stem" }
  layer { name: "a" type: "Convolution" bottom: "stem" top: "a"
    convolution_param { num_output: 12 kernel_size: 3 pad: 1 group: 2 } }
  layer { name: "d" type: "Convolution" bottom: "a" top: "d"
    convolution_param { num_output: 12 kernel_size: 3 pad: 1 group: 12 } }
  layer { name: "b" type: "Convolution" bottom: "d" top: "b" convolution_param { num_output: 16 kernel_size: 1 } }
  layer { name: "add" type: "Eltwise" bottom: "stem" bottom: "b" top: "add" }
  layer { name: "cat" type: "Concat" bottom: "add" bottom: "d" top: "cat" }
  layer { name: "ip" type: "InnerProduct" bottom: "cat" top: "ip" inner_product_param { num_output: 5 } }
  """

@Suite struct PruneTests {
  private func plan(
    _ fixture: Fixture, _ importance: any Importance, _ ratio: Double, multiple: Int = 1, floor: Int = 1
  )
    throws -> PrunePlan
  {
    try PrunePlan(
      fixture.description, weights: fixture.weights,
      .init(importance: importance, ratios: PruneRatios(ratio), multiple: multiple, floor: floor))
  }

  @Test(arguments: ["l1", "l2", "random"], [0.25, 0.5, 0.75])
  func whatIsMaskedGoes(name: String, ratio: Double) throws {
    var fixture = try Fixture(net)
    let plan = try plan(fixture, try #require(Importances.named(name)), ratio)
    // The sum ties the stem to b; the concatenation ties nothing.
    #expect(plan.families.map(\.makers) == [["stem", "b"], ["a"]])
    fixture.weights = plan.masked()
    let (_, slim, weights, comparison) = try fixture.slim()
    let (wide, narrow) = (Int(16 * (1 - ratio)), 12 - Int(12 * ratio) / 2 * 2)
    #expect(weights["stem"]?[0].shape[0] == wide)
    #expect(weights["b"]?[0].shape.dims == [wide, narrow, 1, 1])
    #expect(weights["a"]?[0].shape.dims == [narrow, wide / 2, 3, 3])
    #expect(slim.layer.first { $0.name == "d" }?.convolutionParam.group == narrow)
    #expect(comparison.worst?.relative ?? 1 < 1e-5)
  }

  @Test func theLeastImportantGo() throws {
    var fixture = try Fixture(net)
    // Makes of stem and b count together: channels 3 and 11, in different groups of a, are the smallest.
    for layer in ["stem", "b"] { fixture.zero(layer, axis: 0, [3, 11]) }
    #expect(try plan(fixture, L1Norm(), 0.125).families[0].removed == [3, 11])
    #expect(try plan(fixture, L2Norm(), 0.125).families[0].removed == [3, 11])
    var ratios = try PruneRatios(text: "# by hand\nstem 0.125\n", file: "r.txt")
    for (channel, factor) in [(0, 0.01), (9, -0.01)] as [(Int, Float)] {
      fixture.set("scale", blob: 0, channel, factor)
    }
    let scaled = try PrunePlan(
      fixture.description, weights: fixture.weights, .init(importance: ScaleFactor(), ratios: ratios))
    #expect(scaled.families.map(\.removed) == [[0, 9], []])
    ratios = try PruneRatios(0.5)
    #expect(throws: ImportanceError.nothingToScore(family: "a", importance: "bn", needs: "a Scale layer behind it")) {
      try PrunePlan(fixture.description, weights: fixture.weights, .init(importance: ScaleFactor(), ratios: ratios))
    }
  }

  @Test func roundingAndFloorKeepMore() throws {
    let fixture = try Fixture(net)
    #expect(try plan(fixture, L1Norm(), 0.6, multiple: 8).families.map(\.removed.count) == [8, 4])
    #expect(try plan(fixture, L1Norm(), 0.9, floor: 10).families.map(\.removed.count) == [6, 2])
    #expect(
      try plan(fixture, L1Norm(), 0).masked().mapValues { $0.map(\.data) }
        == fixture.weights.mapValues { $0.map(\.data) })
  }

  @Test func aPlanSaysWhyAndWhatHolds() throws {
    let plan = try plan(try Fixture(net), L1Norm(), 0.5)
    let roles = plan.families[0].members.map { "\($0.layer): \($0.role)" }
    #expect(roles.contains("add: ties"))
    #expect(roles.contains("scale: has parameters for"))
    #expect(roles.contains("a: reads"))
    #expect(roles.contains("ip: reads"))
    #expect(roles.contains("relu: carries"))
    #expect(plan.held.map(\.layer) == ["ip"])
    #expect(plan.held[0].reason.contains("output"))
  }

  @Test(arguments: ["stem", "stem x", "stem 1", "stem -0.1", "stem 0.5\nstem 0.5", "stem 0.5 7"])
  func badRatiosAreRefused(_ text: String) {
    #expect(throws: PruneError.self) { try PruneRatios(text: text, file: "r.txt") }
  }

  @Test func whatIsNoNumberCannotBeRanked() throws {
    var fixture = try Fixture(net)
    fixture.set("b", blob: 0, 7, .nan)
    let error = #expect(throws: PruneError.self) { try plan(fixture, L1Norm(), 0.5) }
    #expect(
      error?.description
        == "layer 'stem': the weights that make its channels hold NaN or infinity: they cannot be ranked")
  }

  @Test func multiplesAndFloorsAboveAllChannelsKeepThem() throws {
    for plan in [
      try plan(Fixture(net), L1Norm(), 0.5, multiple: .max),
      try plan(Fixture(net), L1Norm(), 0.5, multiple: 8, floor: .max),
    ] {
      #expect(plan.families.flatMap(\.removed) == [])
    }
  }

  @Test func unknownLayersAreRefused() throws {
    let fixture = try Fixture(net)
    let ratios = try PruneRatios(text: "conv9 0.5", file: "r.txt")
    #expect(throws: PruneError.self) {
      try PrunePlan(fixture.description, weights: fixture.weights, .init(importance: L1Norm(), ratios: ratios))
    }
  }
}
