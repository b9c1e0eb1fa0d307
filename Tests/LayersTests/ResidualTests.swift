import Engine
import Layers
import NetModel
import Testing

/// Blocks of residual nets, where only outputs are wanted: convolutions take over the sums.
struct ResidualTests {
  private static let projection = """
    layer { name: 'p' type: 'Convolution' bottom: 'first' top: 'p'
      convolution_param { num_output: 32 kernel_size: 1 stride: 2 } }
    layer { name: 'p_bn' type: 'BatchNorm' bottom: 'p' top: 'p' }
    layer { name: 'p_scale' type: 'Scale' bottom: 'p' top: 'p' scale_param { bias_term: true } }

    """

  /// A block of ResNet with a projection and one without, in both orders.
  private static func residual(projectionFirst: Bool, group: Int = 1) -> String {
    let branch = """
      layer { name: 'a' type: 'Convolution' bottom: 'first' top: 'a'
        convolution_param { num_output: 32 kernel_size: 3 pad: 1 stride: 2 } }
      layer { name: 'a_bn' type: 'BatchNorm' bottom: 'a' top: 'a' }
      layer { name: 'a_scale' type: 'Scale' bottom: 'a' top: 'a' scale_param { bias_term: true } }
      layer { name: 'a_relu' type: 'ReLU' bottom: 'a' top: 'a' }
      layer { name: 'b' type: 'Convolution' bottom: 'a' top: 'b'
        convolution_param { num_output: 32 kernel_size: 3 pad: 1 group: \(group) } }
      layer { name: 'b_bn' type: 'BatchNorm' bottom: 'b' top: 'b' }
      layer { name: 'b_scale' type: 'Scale' bottom: 'b' top: 'b' scale_param { bias_term: true } }

      """
    return """
      layer { name: 'data' type: 'Input' top: 'data' input_param { shape { dim: 2 dim: 16 dim: 9 dim: 8 } } }
      layer { name: 'first' type: 'Convolution' bottom: 'data' top: 'first'
        convolution_param { num_output: 16 kernel_size: 3 pad: 1 } }
      layer { name: 'first_relu' type: 'ReLU' bottom: 'first' top: 'first' }
      \(projectionFirst ? projection + branch : branch + projection)
      layer { name: 'block' type: 'Eltwise' top: 'block'
        \(projectionFirst ? "bottom: 'p' bottom: 'b'" : "bottom: 'b' bottom: 'p'") }
      layer { name: 'block_relu' type: 'ReLU' bottom: 'block' top: 'block' }
      layer { name: 'c' type: 'Convolution' bottom: 'block' top: 'c'
        convolution_param { num_output: 32 kernel_size: 3 pad: 1 } }
      layer { name: 'c_bn' type: 'BatchNorm' bottom: 'c' top: 'c' }
      layer { name: 'c_scale' type: 'Scale' bottom: 'c' top: 'c' scale_param { bias_term: true } }
      layer { name: 'c_relu' type: 'ReLU' bottom: 'c' top: 'c' }
      layer { name: 'd' type: 'Convolution' bottom: 'c' top: 'd'
        convolution_param { num_output: 32 kernel_size: 1 group: \(group) } }
      layer { name: 'd_bn' type: 'BatchNorm' bottom: 'd' top: 'd' }
      layer { name: 'd_scale' type: 'Scale' bottom: 'd' top: 'd' scale_param { bias_term: true } }
      layer { name: 'sum' type: 'Eltwise' bottom: 'block' bottom: 'd' top: 'sum' }
      layer { name: 'sum_relu' type: 'ReLU' bottom: 'sum' top: 'sum' relu_param { negative_slope: 0.1 } }
      layer { name: 'pool' type: 'Pooling' bottom: 'sum' top: 'pool' pooling_param { pool: AVE global_pooling: true } }
      layer { name: 'ip' type: 'InnerProduct' bottom: 'pool' top: 'ip' inner_product_param { num_output: 5 } }
      """
  }

  @Test(arguments: [true, false], [1, 2]) func residualBlocks(_ projectionFirst: Bool, _ group: Int) throws {
    for backend in try backends() {
      let net = Self.residual(projectionFirst: projectionFirst, group: group)
      let (running, sum) = try HiddenSum.expectTheSame(net, backend)
      let alone = running.layers.filter {
        ["Eltwise", "ReLU", "Scale"].contains($0.described.type) && $0.absorbed == .nothing
      }
      #expect(alone.isEmpty)
      #expect(sum == .inPlace)
    }
  }

  /// Depthwise convolutions may want another layout than the rest: then a bottom is converted for the sum.
  @Test(arguments: [true, false]) func depthwiseConvolutions(_ projectionFirst: Bool) throws {
    for backend in try backends() {
      let (net, sum) = try HiddenSum.expectTheSame(
        Self.residual(projectionFirst: projectionFirst, group: 32), backend)
      let layouts = Set(try ["block", "d"].map { try #require(net.layer($0)).top[0].layout })
      #expect(layouts.count > 1 || sum == .inPlace)
    }
  }

  /// Gradients need every blob, and so does who looks at them.
  @Test(arguments: [NetUse.training, .inspection, NetUse(gradients: false, keepsBlobs: true)])
  func onlyWhereOutputsAreWanted(_ use: NetUse) throws {
    for backend in try backends() {
      let net = try HiddenSum.make(Self.residual(projectionFirst: true), use, backend)
      for layer in net.layers where layer.described.type == "Eltwise" { #expect(layer.absorbed == .nothing) }
    }
  }
}
