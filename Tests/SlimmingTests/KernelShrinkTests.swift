import CaffeProto
import Slimming
import Testing

/// Kernels whose borders are zero.
@Suite struct KernelShrinkTests {
  /// Sets the kernel positions outside the given rows and columns to zero.
  private func frame(_ fixture: inout Fixture, _ layer: String, rows: Range<Int>, columns: Range<Int>) {
    guard let shape = fixture.weights[layer]?[0].shape else { return }
    fixture.zero(layer, axis: 2, (0..<shape[2]).filter { !rows.contains($0) })
    fixture.zero(layer, axis: 3, (0..<shape[3]).filter { !columns.contains($0) })
  }

  @Test func deadKernelBordersAreCutOff() throws {
    let net = """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 3 dim: 4 dim: 9 dim: 9 } } }
      layer { name: "a" type: "Convolution" bottom: "data" top: "a"
        convolution_param { num_output: 4 kernel_size: 5 pad: 2 stride: 2 } }
      layer { name: "b" type: "Convolution" bottom: "data" top: "b"
        convolution_param { num_output: 4 kernel_size: 3 pad: 1 stride: 2 } }
      layer { name: "d" type: "Convolution" bottom: "data" top: "d"
        convolution_param { num_output: 4 kernel_size: 5 group: 4 pad: 4 dilation: 2 stride: 2 } }
      layer { name: "sum" type: "Eltwise" bottom: "a" bottom: "b" bottom: "d" top: "sum" }
      layer { name: "up" type: "Deconvolution" bottom: "sum" top: "up"
        convolution_param { num_output: 3 kernel_size: 5 pad: 3 stride: 2 } }
      """
    let (_, slim, weights) = try slimmed(net) {
      frame(&$0, "a", rows: 1..<4, columns: 2..<3)
      // A live position at one end keeps the other end.
      frame(&$0, "b", rows: 1..<2, columns: 1..<3)
      frame(&$0, "d", rows: 1..<3, columns: 0..<5)
      frame(&$0, "up", rows: 1..<4, columns: 1..<4)
    }
    #expect(weights["a"]?[0].shape.dims == [4, 4, 3, 1])
    #expect(weights["b"]?[0].shape.dims == [4, 4, 1, 3])
    #expect(weights["d"]?[0].shape.dims == [4, 1, 3, 5])
    #expect(weights["up"]?[0].shape.dims == [4, 3, 3, 3])
    let message = layer(slim, "a")?.convolutionParam
    #expect(message?.kernelSize == [] && message?.kernelH == 3 && message?.kernelW == 1)
    #expect(message?.pad == [] && message?.padH == 1 && message?.padW == 0)
    #expect(layer(slim, "up")?.convolutionParam.pad == [2])
  }

  @Test func kernelsWithoutPaddingStay() throws {
    var fixture = try Fixture(
      """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 3 dim: 4 dim: 9 dim: 9 } } }
      layer { name: "a" type: "Convolution" bottom: "data" top: "a" convolution_param { num_output: 4 kernel_size: 3 } }
      """)
    frame(&fixture, "a", rows: 1..<2, columns: 1..<2)
    let (_, slim, _, comparison) = try fixture.slim()
    #expect(slim == fixture.parameter)
    #expect(comparison.worst?.relative == 0)
  }
}
