import CaffeProto
import Slimming
import Testing

/// Layers that share parameters by name.
@Suite struct SharedParameterTests {
  @Test func sharedWeightsLoseTheSameSlicesEverywhere() throws {
    let net = """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 3 dim: 4 dim: 9 dim: 9 } } }
      layer { name: "a" type: "Convolution" bottom: "data" top: "a" param { name: "w" } param { name: "b" }
        convolution_param { num_output: 6 kernel_size: 3 } }
      layer { name: "pool" type: "Pooling" bottom: "data" top: "pool" pooling_param { kernel_size: 2 } }
      layer { name: "b" type: "Convolution" bottom: "pool" top: "b" param { name: "w" } param { name: "b" }
        convolution_param { num_output: 6 kernel_size: 3 } }
      layer { name: "p" type: "Convolution" bottom: "a" top: "p" convolution_param { num_output: 2 kernel_size: 1 } }
      layer { name: "q" type: "Convolution" bottom: "b" top: "q" convolution_param { num_output: 2 kernel_size: 1 } }
      """
    let (_, slim, weights) = try slimmed(net) {
      $0.weights["a"] = $0.weights["b"]
      $0.zero("p", axis: 1, [0, 1, 2])
      $0.zero("q", axis: 1, [1, 2, 4])
    }
    #expect(numOutput(slim, "a") == 4)
    #expect(numOutput(slim, "b") == 4)
    #expect(weights["p"]?[0].shape.dims == [2, 4, 1, 1])
  }

  @Test func ofSharedWeightsTheLastLayersCounts() throws {
    var fixture = try Fixture(
      """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 3 dim: 4 dim: 9 dim: 9 } } }
      layer { name: "a" type: "Convolution" bottom: "data" top: "a" param { name: "w" } param { name: "b" }
        convolution_param { num_output: 6 kernel_size: 1 } }
      layer { name: "b" type: "Convolution" bottom: "data" top: "b" param { name: "w" } param { name: "b" }
        convolution_param { num_output: 6 kernel_size: 1 } }
      layer { name: "p" type: "Convolution" bottom: "a" top: "p" convolution_param { num_output: 2 kernel_size: 1 } }
      layer { name: "q" type: "Convolution" bottom: "b" top: "q" convolution_param { num_output: 2 kernel_size: 1 } }
      """)
    // Only the first copy is masked: the running net never sees it.
    fixture.zero("a", axis: 0, 0..<3)
    let (removal, _, _, comparison) = try fixture.slim()
    #expect(removal.edits.isEmpty)
    #expect(comparison.worst?.relative == 0)
  }

  @Test func aSharedBiasTakesUpNoConstant() throws {
    let net = """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 3 dim: 4 dim: 9 dim: 9 } } }
      layer { name: "a" type: "Convolution" bottom: "data" top: "a" convolution_param { num_output: 6 kernel_size: 1 } }
      layer { name: "b" type: "Convolution" bottom: "data" top: "b" convolution_param { num_output: 6 kernel_size: 1 } }
      layer { name: "p" type: "Convolution" bottom: "a" top: "p" param { name: "w" } param { name: "b" }
        convolution_param { num_output: 2 kernel_size: 1 } }
      layer { name: "q" type: "Convolution" bottom: "b" top: "q" param { name: "w" } param { name: "b" }
        convolution_param { num_output: 2 kernel_size: 1 } }
      """
    let (removal, slim, _) = try slimmed(net) {
      $0.weights["p"] = $0.weights["q"]
      $0.zero("a", axis: 0, [1])
      $0.zero("b", axis: 0, [1])
    }
    #expect(numOutput(slim, "a") == 6)
    #expect(
      removal.heldChannels.contains { $0.layer == "a" && $0.channel == 1 && $0.reason.contains("shares its bias") })
  }

  @Test func sharersThatUseAParameterDifferentlyHoldIt() throws {
    let net = """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 3 dim: 4 dim: 9 dim: 9 } } }
      layer { name: "a" type: "Convolution" bottom: "data" top: "a" param { name: "w" share_mode: PERMISSIVE }
        convolution_param { num_output: 6 kernel_size: 1 bias_term: false } }
      layer { name: "flat" type: "Reshape" bottom: "a" top: "flat" reshape_param { shape { dim: 0 dim: 0 dim: -1 } } }
      layer { name: "rows" type: "Reshape" bottom: "data" top: "rows" reshape_param { shape { dim: -1 dim: 4 } } }
      layer { name: "ip" type: "InnerProduct" bottom: "rows" top: "ip" param { name: "w" share_mode: PERMISSIVE }
        inner_product_param { num_output: 6 bias_term: false } }
      layer { name: "p" type: "Convolution" bottom: "a" top: "p" convolution_param { num_output: 2 kernel_size: 1 } }
      """
    let (removal, slim, _) = try slimmed(net) { $0.zero("p", axis: 1, [1]) }
    #expect(numOutput(slim, "a") == 6)
    #expect(removal.heldChannels.contains { $0.reason.contains("share a parameter") || $0.reason.contains("output") })
  }
}
