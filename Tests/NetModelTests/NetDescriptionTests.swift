import CaffeProto
import NetModel
import Testing

private let source = """
  layer { name: "in" type: "Source" top: "x" convolution_param { num_output: 3 } }

  """

@Suite struct NetDescriptionTests {
  @Test func describesShapesCostsAndWiring() throws {
    let net = try describe(
      source + """
        layer { name: "a" type: "Through" bottom: "x" top: "y" }
        layer { name: "b" type: "Through" bottom: "y" top: "y" }
        layer { name: "loss" type: "Objective" bottom: "y" }
        """)
    #expect(net.layers.map(\.name) == ["in", "a", "b", "loss"])
    #expect(net.blobs.map(\.name) == ["x", "y", "(automatic)_loss_0"])
    #expect(net.layers[2].top == net.layers[2].bottom)
    #expect(net.blobs[1].readers == [2, 3])
    #expect(net.batchCost.multiplyAdds == 2 * (2 * 3 * 4 * 4))
    #expect(net.cost.items == 2 && net.cost.multiplyAdds == [0, 48, 48, 0] && net.cost.parameters == [0, 3, 3, 0])
    #expect(net.layers[3].lossWeights == [1])
    #expect(net.outputs.map { net.blobs[$0].name } == ["(automatic)_loss_0"])
  }

  @Test func anOutputWrittenInPlaceIsAnOutput() throws {
    let net = try describe(source + #"layer { name: "a" type: "Through" bottom: "x" top: "x" }"#)
    #expect(net.outputs.map { net.blobs[$0].name } == ["x"])
  }

  @Test func splitsGetCaffesNamesAndOneReaderEach() throws {
    let net = try NetParameter(
      text: source + """
        layer { name: "a" type: "Through" bottom: "x" top: "x" }
        layer { name: "b" type: "Through" bottom: "x" top: "y" }
        layer { name: "c" type: "Through" bottom: "x" top: "z" }
        """, file: "t"
    ).insertingSplits()
    #expect(net.layer.map(\.name) == ["in", "a", "x_a_0_split", "b", "c"])
    #expect(net.layer[2].top == ["x_a_0_split_0", "x_a_0_split_1"])
    #expect(net.layer[3].bottom == ["x_a_0_split_0"])
    #expect(net.layer[4].bottom == ["x_a_0_split_1"])
  }

  @Test func aWeightedTopThatIsAlsoReadKeepsItsWeightOnTheFirstCopy() throws {
    let net = try NetParameter(
      text: source + """
        layer { name: "a" type: "Through" bottom: "x" top: "y" loss_weight: 0.5 }
        layer { name: "b" type: "Through" bottom: "y" top: "z" }
        """, file: "t"
    ).insertingSplits()
    let split = try #require(net.layer.first { $0.type == "Split" })
    #expect(split.lossWeight == [0.5, 0])
    #expect(net.layer.last?.bottom == ["y_a_0_split_1"])
    #expect(net.layer.first { $0.name == "a" }?.lossWeight.contains { $0 != 0 } == false)
  }

  @Test(arguments: [
    ("include { phase: TRAIN }", true, false), ("exclude { phase: TRAIN }", false, true),
    ("include { phase: TEST stage: \"deploy\" }", false, false), ("include { min_level: 1 }", false, false),
    ("include { not_stage: \"deploy\" }", true, true),
    ("include { phase: TEST } include { phase: TRAIN }", true, true),
  ])
  func rulesSelectLayers(rule: String, train: Bool, test: Bool) throws {
    let text = source + #"layer { name: "a" type: "Through" bottom: "x" top: "y" "# + rule + " }"
    #expect(try describe(text, phase: .train).layers.count == (train ? 2 : 1))
    #expect(try describe(text, phase: .test).layers.count == (test ? 2 : 1))
  }

  @Test(arguments: [
    (
      #"layer { name: "a" type: "Thruogh" bottom: "x" top: "y" }"#,
      "layer 'a': unknown layer type 'Thruogh' (did you mean Through?)"
    ),
    (
      #"layer { name: "a" type: "Through" bottom: "q" top: "y" }"#,
      "layer 'a': unknown bottom blob 'q': no layer before it has such a top"
    ),
    (
      #"layer { name: "a" type: "Source" top: "x" }"#,
      "layer 'a': top blob 'x' is already produced by layer 'in'"
    ),
    (
      #"""
      layer { name: "a" type: "Through" bottom: "x" top: "y" } layer { name: "a" type: "Through" bottom: "y" top: "z" }
      """#,
      "two layers with parameters are called 'a' in the same phase: files cannot tell them apart"
    ),
    (
      #"layer { name: "a" type: "Through" bottom: "x" bottom: "x" top: "y" }"#,
      "layer 'a' (Through): takes 1 bottoms, but has 2"
    ),
    (
      #"layer { name: "a" type: "Through" bottom: "x" top: "y" convolution_param { group: 2 } }"#,
      "layer 'a' (Through): group: must be 1"
    ),
    (
      #"layer { name: "a" type: "Through" bottom: "x" top: "y" param { } param { } }"#,
      "layer 'a': has 2 param messages for 1 parameter blobs"
    ),
    (
      #"layer { name: "a" type: "Through" bottom: "x" top: "y" include { } exclude { } }"#,
      "layer 'a': has include and exclude rules: give one kind"
    ),
  ])
  func errorsNameLayerAndCause(text: String, message: String) {
    let error = #expect(throws: NetError.self) { try describe(source + text) }
    #expect(error?.description == message)
  }

  @Test func multipliersDefaultAndOverride() throws {
    let net = try describe(
      source + #"layer { name: "a" type: "Through" bottom: "x" top: "y" param { lr_mult: 2 decay_mult: 0 } }"#
        + #"layer { name: "b" type: "Through" bottom: "y" top: "z" }"#)
    #expect(net.layers[1].lrMult(0) == 2 && net.layers[1].decayMult(0) == 0)
    #expect(net.layers[2].lrMult(0) == 1 && net.layers[2].decayMult(0) == 1)
  }
}

@Suite struct ShapeTests {
  @Test func countsAndAxes() throws {
    let shape: Shape = [64, 20, 24, 24]
    #expect(shape.count == 737_280)
    #expect(shape.count(from: 1) == 11_520)
    #expect(try shape.canonicalAxis(-1) == 3)
    #expect(shape.description == "64 20 24 24 (737280)")
    #expect(Shape([]).count == 1)
  }

  @Test(arguments: [[-1, 2], [1 << 20, 1 << 20], [.max, 2], [65536, 65536]])
  func impossibleShapesThrow(dims: [Int]) {
    #expect(throws: ShapeError.tooLarge(dims)) { try Shape(checking: dims) }
  }

  @Test func missingAxesThrow() {
    #expect(throws: ShapeError.noAxis(2, [3, 4])) { try Shape([3, 4]).canonicalAxis(2) }
  }
}
