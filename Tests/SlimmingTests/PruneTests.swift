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

  /// Of 28 channels six are zero, two and four of a family; by family they would lose four and two.
  @Test func oneRankingOfAllLayers() throws {
    var fixture = try Fixture(net)
    for layer in ["stem", "b"] { fixture.zero(layer, axis: 0, [3, 11]) }
    fixture.zero("a", axis: 0, [1, 2, 7, 8])
    func plan(_ ratio: Double, floor: Int = 1, multiple: Int = 1, isGlobal: Bool = true) throws -> PrunePlan {
      try PrunePlan(
        fixture.description, weights: fixture.weights,
        .init(
          importance: L1Norm(), ratios: PruneRatios(ratio), multiple: multiple, floor: floor, isGlobal: isGlobal))
    }
    #expect(try plan(6 / 28).families.map(\.removed) == [[3, 11], [1, 2, 7, 8]])
    #expect(try plan(6 / 28, isGlobal: false).families.map(\.removed.count) == [4, 2])
    // The best stay, whatever is asked for.
    #expect(try plan(0.95, floor: 10).families.map(\.removed.count) == [6, 2])
    #expect(try plan(6 / 28, multiple: 4).families.map(\.removed.count) == [0, 4])
    let few = try plan(2 / 28)
    #expect(few.families.map(\.removed.count).reduce(0, +) == 2)
    #expect(few.families.contains { $0.obstacle == .ranking })
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

  @Test(arguments: [
    ("a 0.5\nstam 0.5", "r.txt:2: the net has no layer 'stam'; did you mean 'stem'?"),
    ("conv_and_more 0", "r.txt:1: the net has no layer 'conv_and_more'"),
    (
      "# none\nip 0.5",
      "r.txt:2: layer 'ip' makes no channels that could be removed, because of this: blob 'ip' is an output of the net"
    ),
    ("relu 0.5", "r.txt:1: layer 'relu' makes no channels that could be removed, because of this: it has no weights"),
    (
      "d 0.5",
      "r.txt:1: layer 'd' makes no channels that could be removed, because of this: its weights scale or filter channels "
        + "that other layers make"
    ),
  ])
  func layersThatCannotBePrunedAreRefused(text: String, message: String) throws {
    let fixture = try Fixture(net)
    let ratios = try PruneRatios(text: text, file: "r.txt")
    let error = #expect(throws: PruneError.self) {
      try PrunePlan(fixture.description, weights: fixture.weights, .init(importance: L1Norm(), ratios: ratios))
    }
    #expect(error?.description == message)
    // To ask nothing of a layer that cannot lose anything is no mistake.
    let kept = try PruneRatios(text: "ip 0", file: "r.txt")
    _ = try PrunePlan(fixture.description, weights: fixture.weights, .init(importance: L1Norm(), ratios: kept))
  }

  @Test func whatKeepsAllIsNamed() throws {
    let fixture = try Fixture(net)
    func obstacles(_ ratio: Double, multiple: Int = 1, floor: Int = 1) throws -> [PrunePlan.Obstacle?] {
      try plan(fixture, L1Norm(), ratio, multiple: multiple, floor: floor).families.map(\.obstacle)
    }
    #expect(try obstacles(0) == [.notAsked, .notAsked])
    #expect(try obstacles(0.03) == [.lessThanOne(ratio: 0.03), .lessThanOne(ratio: 0.03)])
    // One of 12 is asked for, but of two blocks two go, and to none it is nearer.
    #expect(try obstacles(0.08) == [nil, .together(2)])
    #expect(try obstacles(0.5, multiple: 16) == [.multiple(16), .multiple(16)])
    // 3.2 of 16 are nearer to none than to 8, and 2.4 of 12 nearer to 4.
    #expect(try obstacles(0.2, multiple: 8) == [.multiple(8), nil])
    #expect(try obstacles(0.5, floor: 12) == [nil, .floor(12)])
    #expect(try obstacles(0.5, floor: 15) == [.floor(15), .floor(15)])
  }

  /// The halves of a layer are tied by a maximum: half as many groups as channels.
  private static let tied = """
    layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 2 dim: 3 dim: 8 dim: 8 } } }
    layer { name: "c1" type: "Convolution" bottom: "data" top: "c1" convolution_param { num_output: 16 kernel_size: 3 } }
    layer { name: "s" type: "Slice" bottom: "c1" top: "a" top: "b" slice_param { axis: 1 } }
    layer { name: "m" type: "Eltwise" bottom: "a" bottom: "b" top: "m" eltwise_param { operation: MAX } }
    layer { name: "o" type: "Convolution" bottom: "m" top: "o" convolution_param { num_output: 3 kernel_size: 3 } }
    """

  @Test func channelsAreCountedAndNotGroups() throws {
    let fixture = try Fixture(Self.tied)
    let half = try plan(fixture, L1Norm(), 0.5).families[0]
    #expect(half.channels == 16 && half.removed.count == 8)
    #expect(half.removed.prefix(4).map { $0 + 8 } == Array(half.removed.suffix(4)))
    // What is left is a multiple of channels, the nearest: 6, and not 12.
    #expect(try plan(fixture, L1Norm(), 0.5, multiple: 6).families[0].removed.count == 10)
    #expect(try plan(fixture, L1Norm(), 0.06, multiple: 1).families[0].obstacle == .together(2))
    // So is what is held.
    let soft = "layer { name: 'soft' type: 'Softmax' bottom: 'm' top: 'soft' }"
    let held = try plan(try Fixture(Self.tied + soft), L1Norm(), 0.5).held
    #expect(held.map { "\($0.layer) \($0.channels)" } == ["c1 16", "o 3"])
  }

  /// The smallest channels are all those of one half, of which one must stay.
  @Test func everyPartKeepsAChannel() throws {
    var fixture = try Fixture(
      """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 2 dim: 3 dim: 8 dim: 8 } } }
      layer { name: "c" type: "Convolution" bottom: "data" top: "c" convolution_param { num_output: 8 kernel_size: 1 } }
      layer { name: "s" type: "Slice" bottom: "c" top: "a" top: "b" slice_param { slice_point: 4 } }
      layer { name: "p" type: "Convolution" bottom: "a" top: "p" convolution_param { num_output: 2 kernel_size: 1 } }
      layer { name: "q" type: "Convolution" bottom: "b" top: "q" convolution_param { num_output: 2 kernel_size: 1 } }
      """)
    for channel in 0..<4 { for k in 0..<3 { fixture.set("c", blob: 0, channel * 3 + k, 1e-3) } }
    let plan = try plan(fixture, L1Norm(), 0.5)
    #expect(plan.families[0].removed.count == 4)
    #expect(plan.families[0].removed.filter { $0 < 4 }.count == 3)
    fixture.weights = plan.masked()
    let (_, slim, _, _) = try fixture.slim()
    #expect(numOutput(slim, "c") == 4)
  }

  /// Weights that lie on no channel axis are named with the reason.
  @Test func aRecurrentNetSaysWhatHoldsIt() throws {
    let plan = try plan(
      try Fixture(
        """
        layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 5 dim: 2 dim: 6 } } }
        layer { name: "cont" type: "Input" top: "cont" input_param { shape { dim: 5 dim: 2 } } }
        layer { name: "emb" type: "InnerProduct" bottom: "data" top: "emb" inner_product_param { num_output: 8 axis: 2 } }
        layer { name: "l" type: "LSTM" bottom: "emb" bottom: "cont" top: "l" recurrent_param { num_output: 8 } }
        """), L1Norm(), 0.5)
    #expect(plan.families.isEmpty)
    #expect(plan.held.map(\.layer) == ["emb", "l"])
    #expect(plan.held[0].reason == "the inner product does not start at the channel axis")
    #expect(plan.held[1].reason.contains("LSTM"))
  }

  /// Where each block has its own maker, both lose as many.
  @Test func blocksOfDifferentMakersAreOneFamily() throws {
    var fixture = try Fixture(
      """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 2 dim: 3 dim: 8 dim: 8 } } }
      layer { name: "p" type: "Convolution" bottom: "data" top: "p" convolution_param { num_output: 4 kernel_size: 1 } }
      layer { name: "q" type: "Convolution" bottom: "data" top: "q" convolution_param { num_output: 4 kernel_size: 1 } }
      layer { name: "cat" type: "Concat" bottom: "p" bottom: "q" top: "cat" }
      layer { name: "g" type: "Convolution" bottom: "cat" top: "g"
        convolution_param { num_output: 4 kernel_size: 1 group: 2 } }
      layer { name: "o" type: "Convolution" bottom: "g" top: "o" convolution_param { num_output: 2 kernel_size: 1 } }
      """)
    let ratios = try PruneRatios(text: "q 0.5", file: "r.txt")
    let plan = try PrunePlan(
      fixture.description, weights: fixture.weights, .init(importance: L1Norm(), ratios: ratios))
    #expect(plan.families.map(\.makers) == [["p", "q"], ["g"]])
    #expect(plan.families.map(\.removed.count) == [2, 0])
    fixture.weights = plan.masked()
    let (_, slim, _, _) = try fixture.slim()
    #expect(numOutput(slim, "p") == 2 && numOutput(slim, "q") == 2)
  }

  /// A block whose channels are held lets the others lose none.
  @Test func aHeldBlockHoldsTheOthers() throws {
    let fixture = try Fixture(
      """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 2 dim: 3 dim: 8 dim: 8 } } }
      layer { name: "p" type: "Convolution" bottom: "data" top: "p" convolution_param { num_output: 4 kernel_size: 1 } }
      layer { name: "q" type: "Convolution" bottom: "data" top: "q" convolution_param { num_output: 4 kernel_size: 1 } }
      layer { name: "soft" type: "Softmax" bottom: "q" top: "soft" }
      layer { name: "cat" type: "Concat" bottom: "p" bottom: "q" top: "cat" }
      layer { name: "g" type: "Convolution" bottom: "cat" top: "g"
        convolution_param { num_output: 4 kernel_size: 1 group: 2 } }
      layer { name: "o" type: "Convolution" bottom: "g" top: "o" convolution_param { num_output: 2 kernel_size: 1 } }
      """)
    let plan = try plan(fixture, L1Norm(), 0.5)
    #expect(plan.families.map(\.makers) == [["g"]])
    let held = try #require(plan.held.first { $0.layer == "p" })
    #expect(held.channels == 4 && held.reason.contains("'g' has 2 groups"))
  }
}
