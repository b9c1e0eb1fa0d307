import CaffeProto
import Slimming
import Testing

/// Layers with a parameter per channel, and layers that let no channel go.
@Suite struct CarrierTests {
  @Test func deconvolutionAndSlopesFollow() throws {
    let net = """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 3 dim: 4 dim: 9 dim: 9 } } }
      layer { name: "a" type: "Convolution" bottom: "data" top: "a" convolution_param { num_output: 5 kernel_size: 3 } }
      layer { name: "slope" type: "PReLU" bottom: "a" top: "a" }
      layer { name: "up" type: "Deconvolution" bottom: "a" top: "up"
        convolution_param { num_output: 6 kernel_size: 2 stride: 2 } }
      layer { name: "shift" type: "Bias" bottom: "up" top: "up" }
      layer { name: "out" type: "Convolution" bottom: "up" top: "out"
        convolution_param { num_output: 2 kernel_size: 1 } }
      """
    let (_, slim, weights) = try slimmed(net) {
      $0.zero("up", axis: 0, [4])
      $0.zero("up", axis: 1, [0])
      $0.zero("out", axis: 1, [3])
    }
    #expect(numOutput(slim, "a") == 4)
    #expect(weights["slope"]?[0].shape.dims == [4])
    #expect(weights["up"]?[0].shape.dims == [4, 4, 2, 2])
    #expect(weights["shift"]?[0].shape.dims == [4])
  }

  @Test func aScaleFactorOfZeroKillsItsChannel() throws {
    let net = """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 3 dim: 4 dim: 9 dim: 9 } } }
      layer { name: "a" type: "Convolution" bottom: "data" top: "a" convolution_param { num_output: 6 kernel_size: 1 } }
      layer { name: "s" type: "Scale" bottom: "a" top: "a" scale_param { bias_term: true } }
      layer { name: "out" type: "Convolution" bottom: "a" top: "out"
        convolution_param { num_output: 3 kernel_size: 1 } }
      """
    let (_, slim, weights) = try slimmed(net) { $0.set("s", blob: 0, 2, 0) }
    #expect(numOutput(slim, "a") == 5)
    #expect(weights["s"]?.map(\.shape.dims) == [[5], [5]])
  }

  @Test func aSharedSlopeLetsConstantsThroughThatAreNotNegative() throws {
    let net = """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 3 dim: 4 dim: 9 dim: 9 } } }
      layer { name: "a" type: "Convolution" bottom: "data" top: "a" convolution_param { num_output: 6 kernel_size: 1 } }
      layer { name: "slope" type: "PReLU" bottom: "a" top: "a" prelu_param { channel_shared: true } }
      layer { name: "out" type: "Convolution" bottom: "a" top: "out"
        convolution_param { num_output: 3 kernel_size: 1 } }
      """
    let (removal, slim, _) = try slimmed(net) {
      $0.zero("a", axis: 0, [1, 2])
      $0.set("a", blob: 1, 1, 0.5)
      $0.set("a", blob: 1, 2, -0.5)
    }
    #expect(numOutput(slim, "a") == 5)
    #expect(removal.heldChannels.map(\.channel) == [2])
  }

  @Test func lrnAcrossChannelsHoldsThem() throws {
    func net(_ region: String) -> String {
      """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 3 dim: 4 dim: 9 dim: 9 } } }
      layer { name: "a" type: "Convolution" bottom: "data" top: "a" convolution_param { num_output: 6 kernel_size: 1 } }
      layer { name: "norm" type: "LRN" bottom: "a" top: "norm" lrn_param { local_size: 3 norm_region: \(region) } }
      layer { name: "out" type: "Convolution" bottom: "norm" top: "out"
        convolution_param { num_output: 3 kernel_size: 1 } }
      """
    }
    let (removal, across, _) = try slimmed(net("ACROSS_CHANNELS")) { $0.zero("out", axis: 1, [2, 3]) }
    #expect(numOutput(across, "a") == 6)
    #expect(removal.heldChannels.map(\.channel) == [2, 3])
    #expect(removal.heldChannels.allSatisfy { $0.reason.contains("'norm'") && $0.reason.contains("neighbouring") })
    let (_, within, _) = try slimmed(net("WITHIN_CHANNEL")) { $0.zero("out", axis: 1, [2, 3]) }
    #expect(numOutput(within, "a") == 4)
  }

  @Test func theOutputsChannelsStay() throws {
    let net = """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 3 dim: 4 dim: 9 dim: 9 } } }
      layer { name: "a" type: "Convolution" bottom: "data" top: "a" convolution_param { num_output: 6 kernel_size: 1 } }
      """
    let (removal, slim, _) = try slimmed(net) { $0.zero("a", axis: 0, [1]) }
    #expect(numOutput(slim, "a") == 6)
    #expect(removal.heldChannels.isEmpty)
  }
}
