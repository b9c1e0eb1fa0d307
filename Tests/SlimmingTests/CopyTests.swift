import CaffeProto
import Slimming
import Testing

/// Channels that are made from one, and layers whose names or vectors are not as usual.
@Suite struct CopyTests {
  private func gate(_ tiles: Int, _ mask: Int) -> String {
    """
    layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 2 dim: 3 dim: 7 dim: 7 } } }
    layer { name: "a" type: "Convolution" bottom: "data" top: "a" convolution_param { num_output: 6 kernel_size: 1 } }
    layer { name: "m" type: "Convolution" bottom: "a" top: "m"
      convolution_param { num_output: \(mask) kernel_size: 3 pad: 1 } }
    layer { name: "sig" type: "Sigmoid" bottom: "m" top: "m" }
    layer { name: "t" type: "Tile" bottom: "m" top: "t" tile_param { tiles: \(tiles) } }
    layer { name: "g" type: "Eltwise" bottom: "a" bottom: "t" top: "g" eltwise_param { operation: PROD } }
    layer { name: "o" type: "Convolution" bottom: "g" top: "o" convolution_param { num_output: 2 kernel_size: 1 } }
    """
  }

  @Test func aTiledMaskShrinksWithWhatItMasks() throws {
    let (_, slim, weights) = try slimmed(gate(6, 1)) {
      for axis in ["m", "o"] { $0.zero(axis, axis: 1, [0, 4]) }
    }
    #expect(numOutput(slim, "a") == 4)
    #expect(numOutput(slim, "m") == 1)
    #expect(layer(slim, "t")?.tileParam.tiles == 4)
    #expect(weights["m"]?[0].shape.dims == [1, 4, 3, 3])
  }

  /// Two channels copied three times stay six: all copies of a channel go with it.
  @Test func severalTiledChannelsGoWithAllTheirCopies() throws {
    let (_, slim, _) = try slimmed(gate(3, 2)) {
      for axis in ["m", "o"] { $0.zero(axis, axis: 1, [0, 2, 4]) }
    }
    #expect(numOutput(slim, "a") == 3)
    #expect(numOutput(slim, "m") == 1)
    #expect(layer(slim, "t")?.tileParam.tiles == 3)
  }

  /// Copies that nobody reads go without their source.
  @Test func copiesGoOneByOne() throws {
    let net = """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 2 dim: 3 dim: 7 dim: 7 } } }
      layer { name: "m" type: "Convolution" bottom: "data" top: "m" convolution_param { num_output: 1 kernel_size: 1 } }
      layer { name: "t" type: "Tile" bottom: "m" top: "t" tile_param { axis: -3 tiles: 5 } }
      layer { name: "o" type: "Convolution" bottom: "t" top: "o" convolution_param { num_output: 2 kernel_size: 3 } }
      """
    let (_, slim, _) = try slimmed(net) { $0.zero("o", axis: 1, [1, 2]) }
    #expect(layer(slim, "t")?.tileParam.tiles == 3)
    // A constant in all of them goes into the bias but for the last one, which must stay.
    let (_, constant, _) = try slimmed(net) {
      $0.zero("m", axis: 0, [0])
      $0.set("m", blob: 1, 0, 0.75)
    }
    #expect(layer(constant, "t")?.tileParam.tiles == 1)
  }

  @Test func anEmbeddingGetsShorterVectors() throws {
    let net = """
      layer { name: "w" type: "Input" top: "w" input_param { shape { dim: 5 } } }
      layer { name: "e" type: "Embed" bottom: "w" top: "e" embed_param { input_dim: 10 num_output: 8 } }
      layer { name: "f" type: "InnerProduct" bottom: "e" top: "f" inner_product_param { num_output: 3 } }
      """
    let (_, slim, weights) = try slimmed(net) { $0.zero("f", axis: 1, [0, 3, 7]) }
    #expect(layer(slim, "e")?.embedParam.numOutput == 5)
    #expect(weights["e"]?.map(\.shape.dims) == [[10, 5], [5]])
  }

  @Test func aParameterGetsFewerChannels() throws {
    let net = """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 2 dim: 6 dim: 5 dim: 5 } } }
      layer { name: "a" type: "Convolution" bottom: "data" top: "a" convolution_param { num_output: 6 kernel_size: 1 } }
      layer { name: "p" type: "Parameter" top: "p"
        parameter_param { shape { dim: 2 dim: 6 dim: 5 dim: 5 } } }
      layer { name: "g" type: "Eltwise" bottom: "a" bottom: "p" top: "g" }
      layer { name: "o" type: "Convolution" bottom: "g" top: "o" convolution_param { num_output: 2 kernel_size: 1 } }
      """
    let (_, slim, weights) = try slimmed(net) { $0.zero("o", axis: 1, [2]) }
    #expect(layer(slim, "p")?.parameterParam.shape.dim == [2, 5, 5, 5])
    #expect(weights["p"]?[0].shape.dims == [2, 5, 5, 5])
  }

  /// Layers without parameters may share a name; each is changed in its own place, in other phases too.
  @Test(arguments: ["same", ""]) func layersOfOneNameChangeEachForItself(name: String) throws {
    let rest = name.isEmpty ? "" : "name: \"\(name)\""
    let net = """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 2 dim: 3 dim: 7 dim: 7 } } }
      layer { name: "a" type: "Convolution" bottom: "data" top: "a" convolution_param { num_output: 6 kernel_size: 1 } }
      layer { \(rest) type: "ReLU" bottom: "a" top: "a" }
      layer { \(rest) type: "Slice" bottom: "a" top: "x" top: "y" slice_param { slice_point: 2 }
        include { phase: TEST } }
      layer { \(rest) type: "Slice" bottom: "a" top: "x" top: "y" slice_param { slice_point: 2 }
        include { phase: TRAIN } }
      layer { name: "b" type: "Convolution" bottom: "x" top: "b" convolution_param { num_output: 4 kernel_size: 1 } }
      layer { \(rest) type: "Slice" bottom: "b" top: "p" top: "q" slice_param { slice_point: 1 } }
      layer { \(rest) type: "Concat" bottom: "p" bottom: "y" top: "cat" }
      layer { name: "o" type: "Convolution" bottom: "q" top: "o" convolution_param { num_output: 2 kernel_size: 1 } }
      layer { name: "r" type: "Convolution" bottom: "cat" top: "r" convolution_param { num_output: 2 kernel_size: 1 } }
      """
    let (_, slim, _) = try slimmed(net) {
      $0.zero("b", axis: 1, [0])
      $0.zero("o", axis: 1, [2])
      $0.zero("r", axis: 1, [4])
    }
    #expect(numOutput(slim, "a") == 4)
    #expect(numOutput(slim, "b") == 3)
    #expect(slim.layer.filter { $0.type == "Slice" }.map(\.sliceParam.slicePoint) == [[1], [1], [1]])
  }
}
