import CaffeProto
import Slimming
import Testing

private func net(pad: Int = 0, bias: Bool = true, norm: String = "") -> String {
  """
  layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 3 dim: 2 dim: 10 dim: 10 } } }
  layer { name: "conv1" type: "Convolution" bottom: "data" top: "conv1"
    convolution_param { num_output: 6 kernel_size: 3 bias_term: \(bias) } }
  \(norm)
  layer { name: "relu1" type: "ReLU" bottom: "conv1" top: "conv1" }
  layer { name: "pool1" type: "Pooling" bottom: "conv1" top: "pool1"
    pooling_param { pool: MAX kernel_size: 2 stride: 2 } }
  layer { name: "conv2" type: "Convolution" bottom: "pool1" top: "conv2"
    convolution_param { num_output: 5 kernel_size: 3 pad: \(pad) bias_term: \(bias) } }
  layer { name: "drop" type: "Dropout" bottom: "conv2" top: "conv2" }
  layer { name: "ip1" type: "InnerProduct" bottom: "conv2" top: "ip1" inner_product_param { num_output: 7 } }
  layer { name: "relu2" type: "ReLU" bottom: "ip1" top: "ip1" }
  layer { name: "ip2" type: "InnerProduct" bottom: "ip1" top: "ip2" inner_product_param { num_output: 4 } }
  """
}

private let batchNorm = """
  layer { name: "bn1" type: "BatchNorm" bottom: "conv1" top: "conv1" }
  layer { name: "scale1" type: "Scale" bottom: "conv1" top: "conv1" scale_param { bias_term: true } }
  """

@Suite struct ChainTests {
  @Test func unreadChannelsGoWithoutATrace() throws {
    let (_, slim, weights) = try slimmed(net()) { $0.zero("conv2", axis: 1, [1, 4]) }
    #expect(slim.layer[1].convolutionParam.numOutput == 4)
    #expect(weights["conv1"]?.map(\.shape.dims) == [[4, 2, 3, 3], [4]])
    #expect(weights["conv2"]?[0].shape.dims == [5, 4, 3, 3])
  }

  @Test func deadFiltersFoldTheirBiasForward() throws {
    var fixture = try Fixture(net())
    fixture.zero("conv1", axis: 0, [0, 3])
    fixture.set("conv1", blob: 1, 0, 1.5)
    fixture.set("conv1", blob: 1, 3, -1.5)
    let before = try #require(fixture.weights["conv2"]?[1].data)
    let (_, slim, weights, comparison) = try fixture.slim()
    #expect(slim.layer[1].convolutionParam.numOutput == 4)
    let after = try #require(weights["conv2"]?[1].data)
    #expect(zip(before, after).contains { $0 != $1 })
    #expect(comparison.worst?.relative ?? 1 < 1e-5)
  }

  @Test func batchNormAndScaleTurnADeadFilterIntoAConstant() throws {
    let (_, slim, weights) = try slimmed(net(bias: false, norm: batchNorm)) {
      $0.zero("conv1", axis: 0, [2, 5])
      $0.set("scale1", blob: 1, 2, 3)
    }
    #expect(slim.layer.first { $0.name == "conv1" }?.convolutionParam.numOutput == 4)
    #expect(weights["bn1"]?.map(\.shape.dims) == [[4], [4], [1]])
    #expect(weights["scale1"]?.map(\.shape.dims) == [[4], [4]])
    // The reader had no bias: it gets one.
    #expect(slim.layer.first { $0.name == "conv2" }?.convolutionParam.biasTerm == true)
    #expect(weights["conv2"]?.count == 2)
  }

  @Test func paddingKeepsAConstantChannelByName() throws {
    let (removal, slim, _) = try slimmed(net(pad: 1)) {
      $0.zero("conv1", axis: 0, [0, 3])
      $0.set("conv1", blob: 1, 0, 1.5)
      $0.set("conv1", blob: 1, 3, -1.5)
    }
    // Channel 3 is cut off by ReLU and becomes an exact zero; channel 0 stays 1.5 inside and 0 in the padding.
    #expect(slim.layer[1].convolutionParam.numOutput == 5)
    #expect(removal.heldChannels.map(\.layer) == ["conv1"])
    #expect(removal.heldChannels.map(\.channel) == [0])
    #expect(removal.heldChannels[0].reason.contains("conv2"))
  }

  @Test func channelsGoThroughAFlattenedInnerProduct() throws {
    let (_, slim, weights) = try slimmed(net()) {
      $0.zero("conv2", axis: 0, [1])
      $0.set("conv2", blob: 1, 1, 0.7)
    }
    #expect(slim.layer.first { $0.name == "conv2" }?.convolutionParam.numOutput == 4)
    #expect(weights["ip1"]?[0].shape.dims == [7, 4 * 2 * 2])
  }

  @Test func removalCascades() throws {
    let (_, slim, weights) = try slimmed(net()) {
      // ip2 reads only unit 0; then ip1 needs only row 0, which reads only channel 2 of conv2.
      $0.zero("ip2", axis: 1, 1..<7)
      $0.zero("ip1", axis: 1, (0..<20).filter { !(8..<12).contains($0) })
    }
    #expect(slim.layer.first { $0.name == "ip1" }?.innerProductParam.numOutput == 1)
    #expect(slim.layer.first { $0.name == "conv2" }?.convolutionParam.numOutput == 1)
    #expect(weights["ip1"]?[0].shape.dims == [1, 4])
  }

  @Test func aLayerKeepsOneChannel() throws {
    let (_, slim, _) = try slimmed(net()) { $0.zero("conv1", axis: 0, 0..<6) }
    #expect(slim.layer[1].convolutionParam.numOutput == 1)
  }

  @Test func localResponseNormalisationHoldsItsChannels() throws {
    var fixture = try Fixture(
      """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 2 dim: 2 dim: 8 dim: 8 } } }
      layer { name: "conv1" type: "Convolution" bottom: "data" top: "conv1"
        convolution_param { num_output: 6 kernel_size: 3 } }
      layer { name: "norm" type: "LRN" bottom: "conv1" top: "norm" lrn_param { local_size: 3 } }
      layer { name: "conv2" type: "Convolution" bottom: "norm" top: "conv2"
        convolution_param { num_output: 5 kernel_size: 3 } }
      """)
    fixture.zero("conv2", axis: 1, [1])
    let (removal, slim, _, _) = try fixture.slim()
    #expect(slim.layer[1].convolutionParam.numOutput == 6)
    #expect(removal.heldChannels.map(\.channel) == [1])
    #expect(removal.heldChannels[0].reason.contains("norm"))
  }

  @Test func aDenseNetIsLeftAlone() throws {
    let fixture = try Fixture(net())
    let (removal, slim, weights, comparison) = try fixture.slim()
    #expect(removal.edits.isEmpty)
    #expect(removal.heldChannels.isEmpty)
    #expect(slim == fixture.parameter)
    #expect(weights.keys.sorted() == fixture.weights.keys.sorted())
    #expect(comparison.worst?.absolute == 0)
  }

  @Test func weightsThatDoNotFitAreRefusedByName() throws {
    var fixture = try Fixture(net())
    fixture.weights["conv2"] = nil
    #expect(throws: SlimError.self) { try fixture.subject }
  }
}
