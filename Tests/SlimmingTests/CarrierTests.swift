import CaffeProto
import NetModel
import Slimming
import Testing

/// What carries, ties or holds channels besides convolutions and joins.
extension BranchTests {
  /// Slims a net after `mask`, checks that both compute the same, and hands over what is left.
  private func slimmed(_ net: String, _ mask: (inout Fixture) -> Void) throws -> (
    removal: ChannelRemoval, net: NetParameter, weights: [String: [WeightBlob]]
  ) {
    var fixture = try Fixture(net)
    mask(&fixture)
    let (removal, slim, weights, comparison) = try fixture.slim()
    #expect(comparison.worst?.relative ?? 1 < 1e-5)
    return (removal, slim, weights)
  }

  @Test func concatenatedRowsLoseTheSameChannels() throws {
    let net =
      data + convolution("a", "data", 6) + convolution("b", "data", 6)
      + layer("cat", "Concat", ["a", "b"], nil, "concat_param { axis: 2 }") + convolution("out", "cat", 3)
    let (_, slim, weights) = try slimmed(net) { $0.zero("out", axis: 1, [1, 4]) }
    #expect(numOutput(slim, "a") == 4)
    #expect(numOutput(slim, "b") == 4)
    #expect(weights["out"]?[0].shape.dims == [3, 4, 1, 1])
  }

  @Test func slicedRowsShareTheirChannels() throws {
    let net =
      data + convolution("a", "data", 6)
      + layer("cut", "Slice", ["a"], ["x", "y"], "slice_param { axis: 2 slice_point: 4 }")
      + convolution("p", "x", 2) + convolution("q", "y", 2)
    let (_, slim, weights) = try slimmed(net) {
      $0.zero("p", axis: 1, [0, 1, 5])
      $0.zero("q", axis: 1, [1, 2, 5])
    }
    #expect(numOutput(slim, "a") == 4)
    #expect(slim.layer.first { $0.name == "cut" }?.sliceParam.slicePoint == [4])
    #expect(weights["q"]?[0].shape.dims == [2, 4, 1, 1])
  }

  @Test func cropKeepsTheChannelsOfItsFirstBottom() throws {
    let net =
      data + convolution("a", "data", 6) + layer("half", "Pooling", ["data"], nil, "pooling_param { kernel_size: 4 }")
      + layer("crop", "Crop", ["a", "half"], nil, "crop_param { axis: 2 offset: 1 }") + convolution("out", "crop", 3)
    let (_, slim, _) = try slimmed(net) { $0.zero("out", axis: 1, [2, 3]) }
    #expect(numOutput(slim, "a") == 4)
  }

  @Test func aCropOfChannelsHoldsThem() throws {
    let net =
      data + convolution("a", "data", 6)
      + layer("crop", "Crop", ["a", "data"], nil, "crop_param { axis: 1 }") + convolution("out", "crop", 3)
    let (removal, slim, _) = try slimmed(net) { $0.zero("a", axis: 0, [2, 3]) }
    #expect(numOutput(slim, "a") == 6)
    #expect(removal.heldChannels.allSatisfy { $0.reason.contains("'crop'") })
  }

  @Test func lrnAcrossChannelsHoldsThem() throws {
    func net(_ region: String) -> String {
      data + convolution("a", "data", 6)
        + layer("norm", "LRN", ["a"], nil, "lrn_param { local_size: 3 norm_region: \(region) }")
        + convolution("out", "norm", 3)
    }
    let (removal, across, _) = try slimmed(net("ACROSS_CHANNELS")) { $0.zero("out", axis: 1, [2, 3]) }
    #expect(numOutput(across, "a") == 6)
    #expect(removal.heldChannels.map(\.channel) == [2, 3])
    #expect(removal.heldChannels.allSatisfy { $0.reason.contains("'norm'") && $0.reason.contains("neighbouring") })
    let (_, within, _) = try slimmed(net("WITHIN_CHANNEL")) { $0.zero("out", axis: 1, [2, 3]) }
    #expect(numOutput(within, "a") == 4)
  }

  @Test(arguments: ["dim: 0 dim: -1", "dim: 0 dim: 486", "dim: 3 dim: 486", "dim: -1 dim: 486"])
  func reshapeToRowsCarriesChannels(shape: String) throws {
    let net =
      data + convolution("a", "data", 6) + layer("rows", "Reshape", ["a"], nil, "reshape_param { shape { \(shape) } }")
      + layer("ip", "InnerProduct", ["rows"], nil, "inner_product_param { num_output: 4 }")
    let (_, slim, weights) = try slimmed(net) { $0.zero("ip", axis: 1, 81..<243) }
    #expect(numOutput(slim, "a") == 4)
    #expect(weights["ip"]?[0].shape.dims == [4, 324])
    #expect(slim.layer.first { $0.name == "rows" }?.reshapeParam.shape.dim.contains(486) == false)
  }

  @Test func reshapeInsideChannelsIsRewritten() throws {
    let net =
      data + convolution("a", "data", 6)
      + layer("wide", "Reshape", ["a"], nil, "reshape_param { shape { dim: 0 dim: 6 dim: 3 dim: 27 } }")
      + layer("tail", "Reshape", ["wide"], nil, "reshape_param { shape { dim: 6 dim: 27 dim: 3 } axis: 1 }")
      + convolution("out", "tail", 3)
    let (_, slim, weights) = try slimmed(net) { $0.zero("out", axis: 1, [0]) }
    #expect(slim.layer.first { $0.name == "wide" }?.reshapeParam.shape.dim == [0, 5, 3, 27])
    #expect(slim.layer.first { $0.name == "tail" }?.reshapeParam.shape.dim == [5, 27, 3])
    #expect(weights["out"]?[0].shape.dims == [3, 5, 1, 1])
  }

  @Test func reshapeAcrossChannelsHoldsThem() throws {
    let net =
      data + convolution("a", "data", 6)
      + layer("pairs", "Reshape", ["a"], nil, "reshape_param { shape { dim: 0 dim: 3 dim: 18 dim: 9 } }")
      + convolution("out", "pairs", 3)
    let (removal, slim, _) = try slimmed(net) { $0.zero("a", axis: 0, [2, 3]) }
    #expect(numOutput(slim, "a") == 6)
    #expect(removal.heldChannels.allSatisfy { $0.reason.contains("'pairs'") })
  }

  @Test func flattenAndGlobalPoolingLeadToInnerProducts() throws {
    let net =
      data + convolution("a", "data", 6) + layer("copies", "Split", ["a"], ["x", "y"])
      + layer("mean", "Pooling", ["x"], nil, "pooling_param { pool: AVE global_pooling: true }")
      + layer("flat", "Flatten", ["y"])
      + layer("p", "InnerProduct", ["mean"], nil, "inner_product_param { num_output: 3 }")
      + layer("q", "InnerProduct", ["flat"], nil, "inner_product_param { num_output: 3 transpose: true }")
    let (_, slim, weights) = try slimmed(net) {
      $0.zero("p", axis: 1, [0, 5])
      $0.zero("q", axis: 0, 0..<81)
      $0.zero("q", axis: 0, 405..<486)
    }
    #expect(numOutput(slim, "a") == 4)
    #expect(weights["p"]?[0].shape.dims == [3, 4])
    #expect(weights["q"]?[0].shape.dims == [324, 3])
  }

  @Test func pyramidsCarryChannelsOnEveryLevel() throws {
    let net =
      data + convolution("a", "data", 6) + layer("spp", "SPP", ["a"], nil, "spp_param { pyramid_height: 2 }")
      + layer("ip", "InnerProduct", ["spp"], nil, "inner_product_param { num_output: 4 }")
    // Channel 1 is column 1 of the top level and columns 10 to 13 of the second.
    let (_, slim, weights) = try slimmed(net) {
      $0.zero("ip", axis: 1, [1])
      $0.zero("ip", axis: 1, 10..<14)
    }
    #expect(numOutput(slim, "a") == 5)
    #expect(weights["ip"]?[0].shape.dims == [4, 25])
  }

  @Test func depthwiseDeconvolutionsFollowTheirChannels() throws {
    let up = "convolution_param { num_output: 6 group: 6 kernel_size: 4 stride: 2 pad: 1 }"
    let net =
      data + convolution("a", "data", 6) + layer("up", "Deconvolution", ["a"], nil, up) + convolution("out", "up", 3)
    let (_, slim, weights) = try slimmed(net) {
      $0.zero("out", axis: 1, [1])
      $0.zero("up", axis: 0, [4])
      $0.set("up", blob: 1, 4, 0.7)
    }
    let deconvolution = slim.layer.first { $0.name == "up" }?.convolutionParam
    #expect(numOutput(slim, "a") == 4)
    #expect(deconvolution?.numOutput == 4 && deconvolution?.group == 4)
    #expect(weights["up"]?.map(\.shape.dims) == [[4, 1, 4, 4], [4]])
  }

  @Test func deconvolutionsInGroupsHoldTheirChannels() throws {
    let up = "convolution_param { num_output: 4 group: 2 kernel_size: 2 stride: 2 }"
    let net =
      data + convolution("a", "data", 6) + layer("up", "Deconvolution", ["a"], nil, up) + convolution("out", "up", 3)
    let (removal, slim, _) = try slimmed(net) { $0.zero("a", axis: 0, [2]) }
    #expect(numOutput(slim, "a") == 6)
    #expect(removal.heldChannels.allSatisfy { $0.reason.contains("'up'") && $0.reason.contains("in groups") })
  }

  @Test func aSharedSlopeLetsConstantsThroughThatAreNotNegative() throws {
    let net =
      data + convolution("a", "data", 6)
      + layer("slope", "PReLU", ["a"], ["a"], "prelu_param { channel_shared: true }") + convolution("out", "a", 3)
    let (removal, slim, _) = try slimmed(net) {
      $0.zero("a", axis: 0, [1, 2])
      $0.set("a", blob: 1, 1, 0.5)
      $0.set("a", blob: 1, 2, -0.5)
    }
    #expect(numOutput(slim, "a") == 5)
    #expect(removal.heldChannels.map(\.channel) == [2])
  }

  @Test func theOutputsChannelsStay() throws {
    let (removal, slim, _) = try slimmed(data + convolution("a", "data", 6)) { $0.zero("a", axis: 0, [1]) }
    #expect(numOutput(slim, "a") == 6)
    #expect(removal.heldChannels.isEmpty)
  }
}
