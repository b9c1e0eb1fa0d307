import CaffeProto
import Slimming
import Testing

/// Layers behind which channels lie otherwise: reshaped, in rows, pooled.
@Suite struct ReshapeTests {
  @Test(arguments: ["dim: 0 dim: -1", "dim: 0 dim: 486", "dim: 3 dim: 486", "dim: -1 dim: 486"])
  func reshapeToRowsCarriesChannels(shape: String) throws {
    let net = """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 3 dim: 4 dim: 9 dim: 9 } } }
      layer { name: "a" type: "Convolution" bottom: "data" top: "a" convolution_param { num_output: 6 kernel_size: 1 } }
      layer { name: "rows" type: "Reshape" bottom: "a" top: "rows" reshape_param { shape { \(shape) } } }
      layer { name: "ip" type: "InnerProduct" bottom: "rows" top: "ip" inner_product_param { num_output: 4 } }
      """
    let (_, slim, weights) = try slimmed(net) { $0.zero("ip", axis: 1, 81..<243) }
    #expect(numOutput(slim, "a") == 4)
    #expect(weights["ip"]?[0].shape.dims == [4, 324])
    #expect(layer(slim, "rows")?.reshapeParam.shape.dim.contains(486) == false)
  }

  @Test func reshapeInsideChannelsIsRewritten() throws {
    let net = """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 3 dim: 4 dim: 9 dim: 9 } } }
      layer { name: "a" type: "Convolution" bottom: "data" top: "a" convolution_param { num_output: 6 kernel_size: 1 } }
      layer { name: "wide" type: "Reshape" bottom: "a" top: "wide"
        reshape_param { shape { dim: 0 dim: 6 dim: 3 dim: 27 } } }
      layer { name: "tail" type: "Reshape" bottom: "wide" top: "tail"
        reshape_param { shape { dim: 6 dim: 27 dim: 3 } axis: 1 } }
      layer { name: "out" type: "Convolution" bottom: "tail" top: "out"
        convolution_param { num_output: 3 kernel_size: 1 } }
      """
    let (_, slim, weights) = try slimmed(net) { $0.zero("out", axis: 1, [0]) }
    #expect(layer(slim, "wide")?.reshapeParam.shape.dim == [0, 5, 3, 27])
    #expect(layer(slim, "tail")?.reshapeParam.shape.dim == [5, 27, 3])
    #expect(weights["out"]?[0].shape.dims == [3, 5, 1, 1])
  }

  @Test func reshapeAcrossChannelsHoldsThem() throws {
    let net = """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 3 dim: 4 dim: 9 dim: 9 } } }
      layer { name: "a" type: "Convolution" bottom: "data" top: "a" convolution_param { num_output: 6 kernel_size: 1 } }
      layer { name: "pairs" type: "Reshape" bottom: "a" top: "pairs"
        reshape_param { shape { dim: 0 dim: 9 dim: 6 dim: 9 } } }
      layer { name: "out" type: "Convolution" bottom: "pairs" top: "out"
        convolution_param { num_output: 3 kernel_size: 1 } }
      """
    let (removal, slim, _) = try slimmed(net) { $0.zero("a", axis: 0, [2, 3]) }
    #expect(numOutput(slim, "a") == 6)
    #expect(removal.heldChannels.allSatisfy { $0.reason.contains("'pairs'") })
  }

  /// Blocks of an inner product's outputs become the channels of an image.
  @Test(arguments: ["dim: 0 dim: 6 dim: 2 dim: 2", "dim: 3 dim: -1 dim: 2 dim: 2", "dim: -1 dim: 6 dim: 2 dim: 2"])
  func reshapeJoinsChannels(shape: String) throws {
    let net = """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 3 dim: 5 } } }
      layer { name: "fc" type: "InnerProduct" bottom: "data" top: "fc" inner_product_param { num_output: 24 } }
      layer { name: "relu" type: "ReLU" bottom: "fc" top: "fc" }
      layer { name: "image" type: "Reshape" bottom: "fc" top: "image" reshape_param { shape { \(shape) } } }
      layer { name: "up" type: "Deconvolution" bottom: "image" top: "up"
        convolution_param { num_output: 3 kernel_size: 4 stride: 2 pad: 1 } }
      """
    let (_, slim, weights) = try slimmed(net) { $0.zero("up", axis: 0, [1, 4]) }
    #expect(layer(slim, "fc")?.innerProductParam.numOutput == 16)
    #expect(weights["fc"]?.map(\.shape.dims) == [[16, 5], [16]])
    #expect(weights["up"]?[0].shape.dims == [4, 3, 4, 4])
  }

  /// A joined channel is a constant where all that it was have the same.
  @Test func joinedConstantsGoWhereTheyAreEqual() throws {
    let net = """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 3 dim: 4 dim: 6 dim: 6 } } }
      layer { name: "a" type: "Convolution" bottom: "data" top: "a" convolution_param { num_output: 6 kernel_size: 1 } }
      layer { name: "pairs" type: "Reshape" bottom: "a" top: "pairs"
        reshape_param { shape { dim: 0 dim: 3 dim: 12 dim: 6 } } }
      layer { name: "out" type: "Convolution" bottom: "pairs" top: "out"
        convolution_param { num_output: 2 kernel_size: 3 } }
      """
    let (removal, slim, _) = try slimmed(net) {
      $0.zero("a", axis: 0, 0..<4)
      for (channel, bias) in [(0, 0.5), (1, 0.5), (2, 0.5), (3, 0.25)] as [(Int, Float)] {
        $0.set("a", blob: 1, channel, bias)
      }
    }
    #expect(numOutput(slim, "a") == 4)
    #expect(layer(slim, "pairs")?.reshapeParam.shape.dim == [0, 2, 12, 6])
    #expect(removal.heldChannels.map(\.channel) == [2, 3])
  }

  @Test func flattenAndGlobalPoolingLeadToInnerProducts() throws {
    let net = """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 3 dim: 4 dim: 9 dim: 9 } } }
      layer { name: "a" type: "Convolution" bottom: "data" top: "a" convolution_param { num_output: 6 kernel_size: 1 } }
      layer { name: "copies" type: "Split" bottom: "a" top: "x" top: "y" }
      layer { name: "mean" type: "Pooling" bottom: "x" top: "mean" pooling_param { pool: AVE global_pooling: true } }
      layer { name: "flat" type: "Flatten" bottom: "y" top: "flat" }
      layer { name: "p" type: "InnerProduct" bottom: "mean" top: "p" inner_product_param { num_output: 3 } }
      layer { name: "q" type: "InnerProduct" bottom: "flat" top: "q"
        inner_product_param { num_output: 3 transpose: true } }
      """
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
    let net = """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 3 dim: 4 dim: 9 dim: 9 } } }
      layer { name: "a" type: "Convolution" bottom: "data" top: "a" convolution_param { num_output: 6 kernel_size: 1 } }
      layer { name: "spp" type: "SPP" bottom: "a" top: "spp" spp_param { pyramid_height: 2 } }
      layer { name: "ip" type: "InnerProduct" bottom: "spp" top: "ip" inner_product_param { num_output: 4 } }
      """
    // Channel 1 is column 1 of the top level and columns 10 to 13 of the second.
    let (_, slim, weights) = try slimmed(net) {
      $0.zero("ip", axis: 1, [1])
      $0.zero("ip", axis: 1, 10..<14)
    }
    #expect(numOutput(slim, "a") == 5)
    #expect(weights["ip"]?[0].shape.dims == [4, 25])
  }
}
