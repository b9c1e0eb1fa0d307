import CaffeProto
import Slimming
import Testing

/// Nets whose branches come together and go apart.
@Suite struct JoinTests {
  @Test(arguments: ["SUM coeff: 0.5 coeff: -2", "PROD", "MAX"])
  func joinedBranchesLoseTheSameChannels(operation: String) throws {
    let net = """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 3 dim: 4 dim: 9 dim: 9 } } }
      layer { name: "a" type: "Convolution" bottom: "data" top: "a" convolution_param { num_output: 6 kernel_size: 1 } }
      layer { name: "b" type: "Convolution" bottom: "data" top: "b" convolution_param { num_output: 6 kernel_size: 1 } }
      layer { name: "join" type: "Eltwise" bottom: "a" bottom: "b" top: "join"
        eltwise_param { operation: \(operation) } }
      layer { name: "relu" type: "ReLU" bottom: "join" top: "join" }
      layer { name: "out" type: "Convolution" bottom: "join" top: "out"
        convolution_param { num_output: 3 kernel_size: 1 } }
      """
    let (_, slim, weights) = try slimmed(net) {
      $0.zero("a", axis: 0, [0, 2, 5])
      $0.zero("b", axis: 0, [2, 3, 5])
      $0.set("a", blob: 1, 0, 0)
      $0.set("a", blob: 1, 2, 0.8)
    }
    // Channel 0 of the product is 0 because one factor is.
    let left = operation == "PROD" ? 3 : 4
    #expect(numOutput(slim, "a") == left)
    #expect(numOutput(slim, "b") == left)
    #expect(weights["out"]?[0].shape.dims == [3, left, 1, 1])
  }

  @Test func concatAndSliceFollowTheirChannels() throws {
    let net = """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 3 dim: 4 dim: 9 dim: 9 } } }
      layer { name: "a" type: "Convolution" bottom: "data" top: "a" convolution_param { num_output: 4 kernel_size: 1 } }
      layer { name: "b" type: "Convolution" bottom: "data" top: "b" convolution_param { num_output: 5 kernel_size: 1 } }
      layer { name: "cat" type: "Concat" bottom: "a" bottom: "b" top: "cat" }
      layer { name: "cut" type: "Slice" bottom: "cat" top: "x" top: "y" slice_param { axis: 1 slice_point: 6 } }
      layer { name: "p" type: "Convolution" bottom: "x" top: "p" convolution_param { num_output: 3 kernel_size: 3 } }
      layer { name: "q" type: "Convolution" bottom: "y" top: "q" convolution_param { num_output: 3 kernel_size: 3 } }
      layer { name: "sum" type: "Eltwise" bottom: "p" bottom: "q" top: "sum" }
      """
    let (_, slim, weights) = try slimmed(net) {
      $0.zero("p", axis: 1, [1, 5])
      $0.zero("b", axis: 0, [3])
    }
    #expect(numOutput(slim, "a") == 3)
    #expect(numOutput(slim, "b") == 3)
    #expect(layer(slim, "cut")?.sliceParam.slicePoint == [4])
    #expect(weights["p"]?[0].shape.dims == [3, 4, 3, 3])
    #expect(weights["q"]?[0].shape.dims == [3, 2, 3, 3])
  }

  @Test func equalPartsThatBecomeUnequalGetSlicePoints() throws {
    let net = """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 3 dim: 4 dim: 9 dim: 9 } } }
      layer { name: "a" type: "Convolution" bottom: "data" top: "a" convolution_param { num_output: 6 kernel_size: 1 } }
      layer { name: "cut" type: "Slice" bottom: "a" top: "x" top: "y" }
      layer { name: "p" type: "Convolution" bottom: "x" top: "p" convolution_param { num_output: 3 kernel_size: 1 } }
      layer { name: "q" type: "Convolution" bottom: "y" top: "q" convolution_param { num_output: 3 kernel_size: 1 } }
      """
    let (_, slim, _) = try slimmed(net) { $0.zero("p", axis: 1, [1]) }
    #expect(layer(slim, "cut")?.sliceParam.slicePoint == [2])
  }

  @Test func concatenatedRowsLoseTheSameChannels() throws {
    let net = """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 3 dim: 4 dim: 9 dim: 9 } } }
      layer { name: "a" type: "Convolution" bottom: "data" top: "a" convolution_param { num_output: 6 kernel_size: 1 } }
      layer { name: "b" type: "Convolution" bottom: "data" top: "b" convolution_param { num_output: 6 kernel_size: 1 } }
      layer { name: "cat" type: "Concat" bottom: "a" bottom: "b" top: "cat" concat_param { axis: 2 } }
      layer { name: "out" type: "Convolution" bottom: "cat" top: "out"
        convolution_param { num_output: 3 kernel_size: 1 } }
      """
    let (_, slim, weights) = try slimmed(net) { $0.zero("out", axis: 1, [1, 4]) }
    #expect(numOutput(slim, "a") == 4)
    #expect(numOutput(slim, "b") == 4)
    #expect(weights["out"]?[0].shape.dims == [3, 4, 1, 1])
  }

  @Test func slicedRowsShareTheirChannels() throws {
    let net = """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 3 dim: 4 dim: 9 dim: 9 } } }
      layer { name: "a" type: "Convolution" bottom: "data" top: "a" convolution_param { num_output: 6 kernel_size: 1 } }
      layer { name: "cut" type: "Slice" bottom: "a" top: "x" top: "y" slice_param { axis: 2 slice_point: 4 } }
      layer { name: "p" type: "Convolution" bottom: "x" top: "p" convolution_param { num_output: 2 kernel_size: 1 } }
      layer { name: "q" type: "Convolution" bottom: "y" top: "q" convolution_param { num_output: 2 kernel_size: 1 } }
      """
    let (_, slim, weights) = try slimmed(net) {
      $0.zero("p", axis: 1, [0, 1, 5])
      $0.zero("q", axis: 1, [1, 2, 5])
    }
    #expect(numOutput(slim, "a") == 4)
    #expect(layer(slim, "cut")?.sliceParam.slicePoint == [4])
    #expect(weights["q"]?[0].shape.dims == [2, 4, 1, 1])
  }

  @Test func cropKeepsTheChannelsOfItsFirstBottom() throws {
    let net = """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 3 dim: 4 dim: 9 dim: 9 } } }
      layer { name: "a" type: "Convolution" bottom: "data" top: "a" convolution_param { num_output: 6 kernel_size: 1 } }
      layer { name: "half" type: "Pooling" bottom: "data" top: "half" pooling_param { kernel_size: 4 } }
      layer { name: "crop" type: "Crop" bottom: "a" bottom: "half" top: "crop" crop_param { axis: 2 offset: 1 } }
      layer { name: "out" type: "Convolution" bottom: "crop" top: "out"
        convolution_param { num_output: 3 kernel_size: 1 } }
      """
    let (_, slim, _) = try slimmed(net) { $0.zero("out", axis: 1, [2, 3]) }
    #expect(numOutput(slim, "a") == 4)
  }

  @Test func aCropOfChannelsHoldsThem() throws {
    let net = """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 3 dim: 4 dim: 9 dim: 9 } } }
      layer { name: "a" type: "Convolution" bottom: "data" top: "a" convolution_param { num_output: 6 kernel_size: 1 } }
      layer { name: "crop" type: "Crop" bottom: "a" bottom: "data" top: "crop" crop_param { axis: 1 } }
      layer { name: "out" type: "Convolution" bottom: "crop" top: "out"
        convolution_param { num_output: 3 kernel_size: 1 } }
      """
    let (removal, slim, _) = try slimmed(net) { $0.zero("a", axis: 0, [2, 3]) }
    #expect(numOutput(slim, "a") == 6)
    #expect(removal.heldChannels.allSatisfy { $0.reason.contains("'crop'") })
  }
}
