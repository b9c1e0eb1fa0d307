import CaffeProto
import Slimming
import Testing

/// Convolutions in groups, forward and transposed.
@Suite struct GroupTests {
  @Test func groupsLoseEquallyMany() throws {
    let net = """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 3 dim: 4 dim: 9 dim: 9 } } }
      layer { name: "a" type: "Convolution" bottom: "data" top: "a" convolution_param { num_output: 8 kernel_size: 1 } }
      layer { name: "g" type: "Convolution" bottom: "a" top: "g"
        convolution_param { num_output: 6 kernel_size: 3 group: 2 } }
      layer { name: "out" type: "Convolution" bottom: "g" top: "out"
        convolution_param { num_output: 2 kernel_size: 1 } }
      """
    // Two dead filters feed the first group, one feeds the second; of the outputs only the first group has a dead one.
    let (removal, slim, weights) = try slimmed(net) {
      $0.zero("a", axis: 0, [0, 3, 6])
      $0.zero("out", axis: 1, [2])
    }
    #expect(numOutput(slim, "a") == 6)
    #expect(numOutput(slim, "g") == 6)
    #expect(weights["g"]?[0].shape.dims == [6, 3, 3, 3])
    #expect(layer(slim, "g")?.convolutionParam.group == 2)
    #expect(Set(removal.heldChannels.map { "\($0.layer) \($0.channel)" }) == ["a 3", "g 2"])
    #expect(removal.heldChannels.allSatisfy { $0.reason.contains("'g' has 2 groups") })
  }

  @Test func depthwiseFiltersGoWithTheirChannel() throws {
    let net = """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 3 dim: 4 dim: 9 dim: 9 } } }
      layer { name: "a" type: "Convolution" bottom: "data" top: "a" convolution_param { num_output: 6 kernel_size: 1 } }
      layer { name: "relu" type: "ReLU" bottom: "a" top: "a" }
      layer { name: "d" type: "Convolution" bottom: "a" top: "d"
        convolution_param { num_output: 6 kernel_size: 3 group: 6 pad: 1 } }
      layer { name: "relu2" type: "ReLU" bottom: "d" top: "d" }
      layer { name: "out" type: "Convolution" bottom: "d" top: "out"
        convolution_param { num_output: 3 kernel_size: 1 } }
      """
    let (_, slim, weights) = try slimmed(net) {
      $0.zero("out", axis: 1, [1])
      // A dead depthwise filter leaves its bias, whatever it reads.
      $0.zero("d", axis: 0, [4])
      $0.set("d", blob: 1, 4, 0.9)
    }
    let depthwise = layer(slim, "d")?.convolutionParam
    #expect(numOutput(slim, "a") == 4)
    #expect(depthwise?.numOutput == 4)
    #expect(depthwise?.group == 4)
    #expect(weights["d"]?[0].shape.dims == [4, 1, 3, 3])
  }

  @Test func severalChannelsOfOneGroupLeaveOne() throws {
    let net = """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 3 dim: 4 dim: 9 dim: 9 } } }
      layer { name: "a" type: "Convolution" bottom: "data" top: "a" convolution_param { num_output: 2 kernel_size: 1 } }
      layer { name: "d" type: "Convolution" bottom: "a" top: "d"
        convolution_param { num_output: 4 kernel_size: 1 group: 2 } }
      layer { name: "cut" type: "Slice" bottom: "d" top: "x" top: "y" }
      layer { name: "p" type: "Convolution" bottom: "x" top: "p" convolution_param { num_output: 2 kernel_size: 1 } }
      layer { name: "q" type: "Convolution" bottom: "y" top: "q" convolution_param { num_output: 2 kernel_size: 1 } }
      """
    let (removal, slim, _) = try slimmed(net) { $0.zero("p", axis: 1, [0, 1]) }
    #expect(numOutput(slim, "d") == 4)
    #expect(removal.heldChannels.filter { $0.layer == "a" }.map(\.reason) == ["a layer must keep one channel"])
  }

  @Test func depthwiseDeconvolutionsFollowTheirChannels() throws {
    let net = """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 3 dim: 4 dim: 9 dim: 9 } } }
      layer { name: "a" type: "Convolution" bottom: "data" top: "a" convolution_param { num_output: 6 kernel_size: 1 } }
      layer { name: "up" type: "Deconvolution" bottom: "a" top: "up"
        convolution_param { num_output: 6 group: 6 kernel_size: 4 stride: 2 pad: 1 } }
      layer { name: "out" type: "Convolution" bottom: "up" top: "out"
        convolution_param { num_output: 3 kernel_size: 1 } }
      """
    let (_, slim, weights) = try slimmed(net) {
      $0.zero("out", axis: 1, [1])
      $0.zero("up", axis: 0, [4])
      $0.set("up", blob: 1, 4, 0.7)
    }
    let deconvolution = layer(slim, "up")?.convolutionParam
    #expect(numOutput(slim, "a") == 4)
    #expect(deconvolution?.numOutput == 4 && deconvolution?.group == 4)
    #expect(weights["up"]?.map(\.shape.dims) == [[4, 1, 4, 4], [4]])
  }

  @Test func deconvolutionsInGroupsHoldTheirChannels() throws {
    let net = """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 3 dim: 4 dim: 9 dim: 9 } } }
      layer { name: "a" type: "Convolution" bottom: "data" top: "a" convolution_param { num_output: 6 kernel_size: 1 } }
      layer { name: "up" type: "Deconvolution" bottom: "a" top: "up"
        convolution_param { num_output: 4 group: 2 kernel_size: 2 stride: 2 } }
      layer { name: "out" type: "Convolution" bottom: "up" top: "out"
        convolution_param { num_output: 3 kernel_size: 1 } }
      """
    let (removal, slim, _) = try slimmed(net) { $0.zero("a", axis: 0, [2]) }
    #expect(numOutput(slim, "a") == 6)
    #expect(removal.heldChannels.allSatisfy { $0.reason.contains("'up'") && $0.reason.contains("in groups") })
  }
}
