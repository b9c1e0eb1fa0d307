import Engine
import Layers
import NetModel
import Testing

/// Sums, and other layers with a top of their own, that convolutions take over where only outputs are wanted.
struct HiddenSumTests {
  /// Data and two convolutions, `a` and `b`.
  private static let start = """
    layer { name: 'data' type: 'Input' top: 'data' input_param { shape { dim: 2 dim: 16 dim: 9 dim: 8 } } }
    layer { name: 'a' type: 'Convolution' bottom: 'data' top: 'a'
      convolution_param { num_output: 16 kernel_size: 3 pad: 1 } }
    layer { name: 'a_relu' type: 'ReLU' bottom: 'a' top: 'a' }
    layer { name: 'b' type: 'Convolution' bottom: 'a' top: 'b'
      convolution_param { num_output: 16 kernel_size: 3 pad: 1 } }

    """
  private static let end = """

    layer { name: 'pool' type: 'Pooling' bottom: 'sum' top: 'pool' pooling_param { pool: AVE global_pooling: true } }
    layer { name: 'ip' type: 'InnerProduct' bottom: 'pool' top: 'ip' inner_product_param { num_output: 5 } }
    """

  @Test(arguments: [
    // Not y = a + b.
    "layer { name: 'sum' type: 'Eltwise' bottom: 'a' bottom: 'b' top: 'sum' eltwise_param { coeff: 1 coeff: -1 } }",
    "layer { name: 'sum' type: 'Eltwise' bottom: 'a' bottom: 'b' top: 'sum' eltwise_param { operation: PROD } }",
    "layer { name: 'sum' type: 'Eltwise' bottom: 'a' bottom: 'b' top: 'sum' eltwise_param { operation: MAX } }",
    "layer { name: 'sum' type: 'Eltwise' bottom: 'a' bottom: 'b' bottom: 'data' top: 'sum' }",
    "layer { name: 'sum' type: 'Eltwise' bottom: 'b' bottom: 'b' top: 'sum' }",
    // The convolution's top is wanted elsewhere.
    """
    layer { name: 'sum' type: 'Eltwise' bottom: 'a' bottom: 'b' top: 'sum' }
    layer { name: 'sum_relu' type: 'ReLU' bottom: 'sum' top: 'sum' }
    layer { name: 'c' type: 'Convolution' bottom: 'b' top: 'c'
      convolution_param { num_output: 16 kernel_size: 3 pad: 1 } }
    """,
    // Something is between the convolution and the sum.
    """
    layer { name: 'b_relu' type: 'ReLU' bottom: 'b' top: 'b' }
    layer { name: 'sum' type: 'Eltwise' bottom: 'a' bottom: 'b' top: 'sum' }
    """,
    """
    layer { name: 'b_tanh' type: 'TanH' bottom: 'b' top: 'b' }
    layer { name: 'sum' type: 'Eltwise' bottom: 'a' bottom: 'b' top: 'sum' }
    """,
    """
    layer { name: 'c' type: 'Convolution' bottom: 'data' top: 'c'
      convolution_param { num_output: 16 kernel_size: 3 pad: 1 } }
    layer { name: 'sum' type: 'Eltwise' bottom: 'a' bottom: 'b' top: 'sum' }
    layer { name: 'd' type: 'Convolution' bottom: 'c' top: 'd'
      convolution_param { num_output: 16 kernel_size: 3 pad: 1 } }
    """,
    // A convolution of several bottoms, a transposed one, one with other axes.
    """
    layer { name: 'c' type: 'Convolution' bottom: 'a' bottom: 'b' top: 'c' top: 'd'
      convolution_param { num_output: 16 kernel_size: 1 } }
    layer { name: 'sum' type: 'Eltwise' bottom: 'c' bottom: 'd' top: 'sum' }
    """,
    """
    layer { name: 'c' type: 'Deconvolution' bottom: 'b' top: 'c' convolution_param { num_output: 16 kernel_size: 1 } }
    layer { name: 'sum' type: 'Eltwise' bottom: 'a' bottom: 'c' top: 'sum' }
    """,
    // One convolution adds once.
    """
    layer { name: 'c' type: 'Convolution' bottom: 'b' top: 'c'
      convolution_param { num_output: 16 kernel_size: 3 pad: 1 } }
    layer { name: 'first' type: 'Eltwise' bottom: 'b' bottom: 'c' top: 'first' }
    layer { name: 'sum' type: 'Eltwise' bottom: 'a' bottom: 'first' top: 'sum' }
    """,
  ]) func sumsOnTheirOwn(_ layers: String) throws {
    for backend in try backends() {
      #expect(try HiddenSum.expectTheSame(Self.start + layers + Self.end, backend).sum == .alone)
    }
  }

  @Test(arguments: [
    // Read later, read by the convolution itself, an input, in an input's memory.
    """
    layer { name: 'c' type: 'Convolution' bottom: 'b' top: 'c'
      convolution_param { num_output: 16 kernel_size: 3 pad: 1 } }
    layer { name: 'sum' type: 'Eltwise' bottom: 'a' bottom: 'c' top: 'sum' }
    layer { name: 'd' type: 'Convolution' bottom: 'a' top: 'd'
      convolution_param { num_output: 16 kernel_size: 3 pad: 1 } }
    """,
    "layer { name: 'sum' type: 'Eltwise' bottom: 'a' bottom: 'b' top: 'sum' }",
    "layer { name: 'sum' type: 'Eltwise' bottom: 'b' bottom: 'data' top: 'sum' }",
    """
    layer { name: 'r' type: 'Reshape' bottom: 'data' top: 'r'
      reshape_param { shape { dim: 0 dim: 16 dim: 9 dim: 8 } } }
    layer { name: 'c' type: 'Convolution' bottom: 'b' top: 'c'
      convolution_param { num_output: 16 kernel_size: 3 pad: 1 } }
    layer { name: 'sum' type: 'Eltwise' bottom: 'r' bottom: 'c' top: 'sum' }
    """,
  ]) func addendsThatMustStay(_ layers: String) throws {
    for backend in try backends() {
      let sum = try HiddenSum.expectTheSame(Self.start + layers + Self.end, backend).sum
      // An input is plain, so that one that likes another layout converts it.
      #expect(sum == .beside || (sum == .alone && backend.layouts.count > 1))
    }
  }

  /// Channels that only fill a block stay zero.
  @Test func padding() throws {
    let text = """
      layer { name: 'data' type: 'Input' top: 'data' input_param { shape { dim: 2 dim: 16 dim: 9 dim: 8 } } }
      layer { name: 'z' type: 'Convolution' bottom: 'data' top: 'z'
        convolution_param { num_output: 16 kernel_size: 3 pad: 1 } }
      layer { name: 'a' type: 'Convolution' bottom: 'z' top: 'a'
        convolution_param { num_output: 28 kernel_size: 3 pad: 1 } }
      layer { name: 'b' type: 'Convolution' bottom: 'z' top: 'b'
        convolution_param { num_output: 28 kernel_size: 3 pad: 1 } }
      layer { name: 'sum' type: 'Eltwise' bottom: 'a' bottom: 'b' top: 'sum' }
      """
    for backend in try backends() {
      let (net, sum) = try HiddenSum.expectTheSame(text + Self.end, backend)
      #expect(sum == .inPlace)
      let top = try #require(net.layer("sum")?.top[0])
      #expect(top.data.filter { $0 != 0 }.count == top.plainData.filter { $0 != 0 }.count)
    }
  }

  /// An output is kept apart from what the net forgets.
  @Test func sumThatIsAnOutput() throws {
    let layers = """
      layer { name: 'c' type: 'Convolution' bottom: 'b' top: 'c'
        convolution_param { num_output: 16 kernel_size: 3 pad: 1 } }
      layer { name: 'sum' type: 'Eltwise' bottom: 'a' bottom: 'c' top: 'sum' }
      """
    for backend in try backends() {
      #expect(try HiddenSum.expectTheSame(Self.start + layers, backend).sum == .beside)
    }
  }

  /// What follows need not be in place in the prototxt.
  @Test func topsOfTheirOwn() throws {
    let chain = """
      layer { name: 'bn' type: 'BatchNorm' bottom: 'b' top: 'bn' }
      layer { name: 'scale' type: 'Scale' bottom: 'bn' top: 'scale' scale_param { bias_term: true } }
      layer { name: 'relu' type: 'ReLU' bottom: 'scale' top: 'sum' }
      """
    for backend in try backends() {
      let net = try HiddenSum.expectTheSame(Self.start + chain + Self.end, backend).net
      #expect(net.layers.filter { $0.absorbed == .everything }.count == 4)
      #expect(net.layer("b")?.top[0].name == "sum")
    }
  }

  @Test func unequalShapesAreNamed() throws {
    let text = """
      layer { name: 'data' type: 'Input' top: 'data' input_param { shape { dim: 2 dim: 16 dim: 9 dim: 8 } } }
      layer { name: 'more' type: 'Input' top: 'more' input_param { shape { dim: 2 dim: 16 dim: 9 dim: 8 } } }
      layer { name: 'a' type: 'Convolution' bottom: 'more' top: 'a'
        convolution_param { num_output: 16 kernel_size: 3 pad: 1 } }
      layer { name: 'b' type: 'Convolution' bottom: 'data' top: 'b'
        convolution_param { num_output: 16 kernel_size: 3 pad: 1 } }
      layer { name: 'sum' type: 'Eltwise' bottom: 'a' bottom: 'b' top: 'sum' }
      """
    for backend in try backends() {
      let net = try HiddenSum.make(text, .inference, backend)
      try net.forward()
      net.layer("more")?.top[0].reshape([3, 16, 9, 8])
      #expect { try net.forward() } throws: { "\($0)".contains("3 16 9 8") && "\($0)".contains("2 16 9 8") }
    }
  }
}
