import CaffeProto
import Slimming
import Testing

/// Nets that fork, join and share.
@Suite struct BranchTests {
  let data =
    #"layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 3 dim: 4 dim: 9 dim: 9 } } }"#

  func convolution(
    _ name: String, _ bottom: String, _ outputs: Int, kernel: Int = 1, group: Int = 1, rest: String = "",
    more: String = ""
  ) -> String {
    """
    layer { name: "\(name)" type: "Convolution" bottom: "\(bottom)" top: "\(name)" \(more)
      convolution_param { num_output: \(outputs) kernel_size: \(kernel) group: \(group) \(rest) } }

    """
  }

  func layer(_ name: String, _ type: String, _ bottoms: [String], _ tops: [String]? = nil, _ rest: String = "")
    -> String
  {
    "layer { name: \"\(name)\" type: \"\(type)\" " + bottoms.map { "bottom: \"\($0)\" " }.joined()
      + (tops ?? [name]).map { "top: \"\($0)\" " }.joined() + rest + " }\n"
  }

  func numOutput(_ net: NetParameter, _ name: String) -> Int? {
    net.layer.first { $0.name == name }?.convolutionParam.numOutput
  }

  @Test(arguments: ["SUM coeff: 0.5 coeff: -2", "PROD", "MAX"])
  func joinedBranchesLoseTheSameChannels(operation: String) throws {
    let net =
      data + convolution("a", "data", 6) + convolution("b", "data", 6)
      + layer("join", "Eltwise", ["a", "b"], nil, "eltwise_param { operation: \(operation) }")
      + layer("relu", "ReLU", ["join"], ["join"]) + convolution("out", "join", 3)
    var fixture = try Fixture(net)
    fixture.zero("a", axis: 0, [0, 2, 5])
    fixture.zero("b", axis: 0, [2, 3, 5])
    fixture.set("a", blob: 1, 0, 0)
    fixture.set("a", blob: 1, 2, 0.8)
    let (_, slim, weights, comparison) = try fixture.slim()
    // Channel 0 of the product is 0 because one factor is.
    let left = operation == "PROD" ? 3 : 4
    #expect(numOutput(slim, "a") == left)
    #expect(numOutput(slim, "b") == left)
    #expect(weights["out"]?[0].shape.dims == [3, left, 1, 1])
    #expect(comparison.worst?.relative ?? 1 < 1e-5)
  }

  @Test func concatAndSliceFollowTheirChannels() throws {
    let net =
      data + convolution("a", "data", 4) + convolution("b", "data", 5)
      + layer("cat", "Concat", ["a", "b"])
      + layer("cut", "Slice", ["cat"], ["x", "y"], "slice_param { axis: 1 slice_point: 6 }")
      + convolution("p", "x", 3, kernel: 3) + convolution("q", "y", 3, kernel: 3)
      + layer("sum", "Eltwise", ["p", "q"])
    var fixture = try Fixture(net)
    fixture.zero("p", axis: 1, [1, 5])
    fixture.zero("b", axis: 0, [3])
    let (_, slim, weights, comparison) = try fixture.slim()
    #expect(numOutput(slim, "a") == 3)
    #expect(numOutput(slim, "b") == 3)
    #expect(slim.layer.first { $0.name == "cut" }?.sliceParam.slicePoint == [4])
    #expect(weights["p"]?[0].shape.dims == [3, 4, 3, 3])
    #expect(weights["q"]?[0].shape.dims == [3, 2, 3, 3])
    #expect(comparison.worst?.relative ?? 1 < 1e-5)
  }

  @Test func equalPartsThatBecomeUnequalGetSlicePoints() throws {
    let net =
      data + convolution("a", "data", 6) + layer("cut", "Slice", ["a"], ["x", "y"])
      + convolution("p", "x", 3) + convolution("q", "y", 3)
    var fixture = try Fixture(net)
    fixture.zero("p", axis: 1, [1])
    let (_, slim, _, comparison) = try fixture.slim()
    #expect(slim.layer.first { $0.name == "cut" }?.sliceParam.slicePoint == [2])
    #expect(comparison.worst?.relative ?? 1 < 1e-5)
  }

  @Test func sharedWeightsLoseTheSameSlicesEverywhere() throws {
    let shared = #"param { name: "w" } param { name: "b" }"#
    let net =
      data + convolution("a", "data", 6, kernel: 3, more: shared)
      + layer("pool", "Pooling", ["data"], nil, "pooling_param { kernel_size: 2 }")
      + convolution("b", "pool", 6, kernel: 3, more: shared) + convolution("p", "a", 2) + convolution("q", "b", 2)
    var fixture = try Fixture(net)
    fixture.weights["a"] = fixture.weights["b"]
    fixture.zero("p", axis: 1, [0, 1, 2])
    fixture.zero("q", axis: 1, [1, 2, 4])
    let (_, slim, weights, comparison) = try fixture.slim()
    #expect(numOutput(slim, "a") == 4)
    #expect(numOutput(slim, "b") == 4)
    #expect(weights["p"]?[0].shape.dims == [2, 4, 1, 1])
    #expect(comparison.worst?.relative ?? 1 < 1e-5)
  }

  @Test func ofSharedWeightsTheLastLayersCounts() throws {
    let shared = #"param { name: "w" } param { name: "b" }"#
    let net =
      data + convolution("a", "data", 6, more: shared) + convolution("b", "data", 6, more: shared)
      + convolution("p", "a", 2) + convolution("q", "b", 2)
    var fixture = try Fixture(net)
    // Only the first copy is masked: the running net never sees it.
    fixture.zero("a", axis: 0, 0..<3)
    let (removal, _, _, comparison) = try fixture.slim()
    #expect(removal.edits.isEmpty)
    #expect(comparison.worst?.relative == 0)
  }

  @Test func aSharedBiasTakesUpNoConstant() throws {
    let bias = #"param { name: "w" } param { name: "b" }"#
    let net =
      data + convolution("a", "data", 6) + convolution("b", "data", 6)
      + convolution("p", "a", 2, more: bias) + convolution("q", "b", 2, more: bias)
    var fixture = try Fixture(net)
    fixture.weights["p"] = fixture.weights["q"]
    fixture.zero("a", axis: 0, [1])
    fixture.zero("b", axis: 0, [1])
    let (removal, slim, _, comparison) = try fixture.slim()
    #expect(numOutput(slim, "a") == 6)
    #expect(
      removal.heldChannels.contains { $0.layer == "a" && $0.channel == 1 && $0.reason.contains("shares its bias") })
    #expect(comparison.worst?.relative ?? 1 < 1e-5)
  }

  @Test func sharersThatUseAParameterDifferentlyHoldIt() throws {
    let shared = #"param { name: "w" share_mode: PERMISSIVE }"#
    let net =
      data + convolution("a", "data", 6, rest: "bias_term: false", more: shared)
      + layer("flat", "Reshape", ["a"], nil, "reshape_param { shape { dim: 0 dim: 0 dim: -1 } }")
      + layer("rows", "Reshape", ["data"], nil, "reshape_param { shape { dim: -1 dim: 4 } }")
      + layer("ip", "InnerProduct", ["rows"], nil, "inner_product_param { num_output: 6 bias_term: false } \(shared)")
      + convolution("p", "a", 2)
    var fixture = try Fixture(net)
    fixture.zero("p", axis: 1, [1])
    let (removal, slim, _, comparison) = try fixture.slim()
    #expect(numOutput(slim, "a") == 6)
    #expect(removal.heldChannels.contains { $0.reason.contains("share a parameter") || $0.reason.contains("output") })
    #expect(comparison.worst?.relative ?? 1 < 1e-5)
  }

  @Test func deconvolutionAndSlopesFollow() throws {
    let net =
      data + convolution("a", "data", 5, kernel: 3) + layer("slope", "PReLU", ["a"], ["a"])
      + layer("up", "Deconvolution", ["a"], nil, "convolution_param { num_output: 6 kernel_size: 2 stride: 2 }")
      + layer("shift", "Bias", ["up"], ["up"]) + convolution("out", "up", 2)
    var fixture = try Fixture(net)
    fixture.zero("up", axis: 0, [4])
    fixture.zero("up", axis: 1, [0])
    fixture.zero("out", axis: 1, [3])
    let (_, slim, weights, comparison) = try fixture.slim()
    #expect(numOutput(slim, "a") == 4)
    #expect(weights["slope"]?[0].shape.dims == [4])
    #expect(weights["up"]?[0].shape.dims == [4, 4, 2, 2])
    #expect(weights["shift"]?[0].shape.dims == [4])
    #expect(comparison.worst?.relative ?? 1 < 1e-5)
  }

  @Test func groupsLoseEquallyMany() throws {
    let net =
      data + convolution("a", "data", 8) + convolution("g", "a", 6, kernel: 3, group: 2) + convolution("out", "g", 2)
    var fixture = try Fixture(net)
    // Two dead filters feed the first group, one feeds the second; of the outputs only the first group has a dead one.
    fixture.zero("a", axis: 0, [0, 3, 6])
    fixture.zero("out", axis: 1, [2])
    let (removal, slim, weights, comparison) = try fixture.slim()
    #expect(numOutput(slim, "a") == 6)
    #expect(numOutput(slim, "g") == 6)
    #expect(weights["g"]?[0].shape.dims == [6, 3, 3, 3])
    #expect(slim.layer.first { $0.name == "g" }?.convolutionParam.group == 2)
    #expect(Set(removal.heldChannels.map { "\($0.layer) \($0.channel)" }) == ["a 3", "g 2"])
    #expect(removal.heldChannels.allSatisfy { $0.reason.contains("'g' has 2 groups") })
    #expect(comparison.worst?.relative ?? 1 < 1e-5)
  }

  @Test func depthwiseFiltersGoWithTheirChannel() throws {
    let net =
      data + convolution("a", "data", 6) + layer("relu", "ReLU", ["a"], ["a"])
      + convolution("d", "a", 6, kernel: 3, group: 6, rest: "pad: 1") + layer("relu2", "ReLU", ["d"], ["d"])
      + convolution("out", "d", 3)
    var fixture = try Fixture(net)
    fixture.zero("out", axis: 1, [1])
    // A dead depthwise filter leaves its bias, whatever it reads.
    fixture.zero("d", axis: 0, [4])
    fixture.set("d", blob: 1, 4, 0.9)
    let (_, slim, weights, comparison) = try fixture.slim()
    let depthwise = slim.layer.first { $0.name == "d" }?.convolutionParam
    #expect(numOutput(slim, "a") == 4)
    #expect(depthwise?.numOutput == 4)
    #expect(depthwise?.group == 4)
    #expect(weights["d"]?[0].shape.dims == [4, 1, 3, 3])
    #expect(comparison.worst?.relative ?? 1 < 1e-5)
  }

  @Test func severalChannelsOfOneGroupLeaveOne() throws {
    let net =
      data + convolution("a", "data", 2) + convolution("d", "a", 4, group: 2)
      + layer("cut", "Slice", ["d"], ["x", "y"]) + convolution("p", "x", 2) + convolution("q", "y", 2)
    var fixture = try Fixture(net)
    fixture.zero("p", axis: 1, [0, 1])
    let (removal, slim, _, comparison) = try fixture.slim()
    #expect(numOutput(slim, "d") == 4)
    #expect(removal.heldChannels.filter { $0.layer == "a" }.map(\.reason) == ["a layer must keep one channel"])
    #expect(comparison.worst?.relative ?? 1 < 1e-5)
  }

  @Test func aScaleFactorOfZeroKillsItsChannel() throws {
    let net =
      data + convolution("a", "data", 6) + layer("s", "Scale", ["a"], ["a"], "scale_param { bias_term: true }")
      + convolution("out", "a", 3)
    var fixture = try Fixture(net)
    fixture.set("s", blob: 0, 2, 0)
    let (_, slim, weights, comparison) = try fixture.slim()
    #expect(numOutput(slim, "a") == 5)
    #expect(weights["s"]?.map(\.shape.dims) == [[5], [5]])
    #expect(comparison.worst?.relative ?? 1 < 1e-5)
  }

  /// Sets the kernel positions outside the given rows and columns to zero.
  private func frame(_ fixture: inout Fixture, _ layer: String, rows: Range<Int>, columns: Range<Int>) {
    guard let shape = fixture.weights[layer]?[0].shape else { return }
    fixture.zero(layer, axis: 2, (0..<shape[2]).filter { !rows.contains($0) })
    fixture.zero(layer, axis: 3, (0..<shape[3]).filter { !columns.contains($0) })
  }

  @Test func deadKernelBordersAreCutOff() throws {
    let net =
      data + convolution("a", "data", 4, kernel: 5, rest: "pad: 2 stride: 2")
      + convolution("b", "data", 4, kernel: 3, rest: "pad: 1 stride: 2")
      + convolution("d", "data", 4, kernel: 5, group: 4, rest: "pad: 4 dilation: 2 stride: 2")
      + layer("sum", "Eltwise", ["a", "b", "d"])
      + layer(
        "up", "Deconvolution", ["sum"], nil, "convolution_param { num_output: 3 kernel_size: 5 pad: 3 stride: 2 }")
    var fixture = try Fixture(net)
    frame(&fixture, "a", rows: 1..<4, columns: 2..<3)
    // A live position at one end keeps the other end.
    frame(&fixture, "b", rows: 1..<2, columns: 1..<3)
    frame(&fixture, "d", rows: 1..<3, columns: 0..<5)
    frame(&fixture, "up", rows: 1..<4, columns: 1..<4)
    let (_, slim, weights, comparison) = try fixture.slim()
    #expect(weights["a"]?[0].shape.dims == [4, 4, 3, 1])
    #expect(weights["b"]?[0].shape.dims == [4, 4, 1, 3])
    #expect(weights["d"]?[0].shape.dims == [4, 1, 3, 5])
    #expect(weights["up"]?[0].shape.dims == [4, 3, 3, 3])
    let message = slim.layer.first { $0.name == "a" }?.convolutionParam
    #expect(message?.kernelSize == [] && message?.kernelH == 3 && message?.kernelW == 1)
    #expect(message?.pad == [] && message?.padH == 1 && message?.padW == 0)
    #expect(slim.layer.first { $0.name == "up" }?.convolutionParam.pad == [2])
    #expect(comparison.worst?.relative ?? 1 < 1e-5)
  }

  @Test func kernelsWithoutPaddingStay() throws {
    var fixture = try Fixture(data + convolution("a", "data", 4, kernel: 3))
    frame(&fixture, "a", rows: 1..<2, columns: 1..<2)
    let (_, slim, _, comparison) = try fixture.slim()
    #expect(slim == fixture.parameter)
    #expect(comparison.worst?.relative == 0)
  }
}
