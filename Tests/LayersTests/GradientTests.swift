import Base
import CaffeProto
import Engine
import Layers
import NetModel
import TestSupport
import Testing

/// Every layer with a gradient, against finite differences, on every backend and offered every layout.
@Suite struct GradientTests {
  struct Case: Sendable, CustomStringConvertible {
    let layer: String
    var shapes: [[Int]] = [[2, 3, 4, 5]]
    /// Where the layer is not smooth.
    var kink: Float?
    /// The range of the inputs.
    var range: ClosedRange<Float> = -2...2
    var description: String { layer }

    /// Inputs and the layer.
    func net(_ layout: Layout) throws -> NetParameter {
      let inputs = shapes.indices.map { input("x\($0)", shapes[$0]) }.joined()
      let bottoms = shapes.indices.map { "bottom: 'x\($0)'" }.joined(separator: " ")
      let text = inputs + "layer { name: 'l' \(layer) \(bottoms) top: 'y' }"
      return try NetParameter(text: text).offering(layout)
    }

    /// Values spread evenly over the range, then shuffled: no two of them, not even of different inputs, are so close
    /// that a step of the difference changes which is greater.
    func point(_ input: Int, count: Int, _ random: RandomSource) -> [Float] {
      var random = random
      let width = range.upperBound - range.lowerBound
      let first = (Float(input) + 0.5) / Float(shapes.count)
      return (0..<count).map { range.lowerBound + width * (Float($0) + first) / Float(count) }.shuffled(using: &random)
    }
  }

  static let cases: [Case] = [
    Case(layer: "type: 'Convolution' convolution_param { num_output: 4 kernel_size: 3 pad: 1 stride: 2 }"),
    Case(
      layer: """
        type: 'Convolution' convolution_param {
          num_output: 4 kernel_h: 2 kernel_w: 3 group: 2 dilation: 2 pad_h: 2 pad_w: 1 bias_term: false }
        """, shapes: [[2, 6, 5, 6]]),
    Case(layer: "type: 'Deconvolution' convolution_param { num_output: 4 kernel_size: 3 pad: 1 stride: 2 }"),
    Case(
      layer: "type: 'Deconvolution' convolution_param { num_output: 4 kernel_size: 2 group: 2 bias_term: false }",
      shapes: [[2, 4, 3, 3]]),
    Case(
      layer: "type: 'Convolution' convolution_param { num_output: 4 kernel_size: 2 pad: 1 stride: 2 group: 2 }",
      shapes: [[2, 4, 3, 2, 3]]),
    Case(
      layer: "type: 'Deconvolution' convolution_param { num_output: 4 kernel_size: 3 pad: 1 stride: 2 group: 2 }",
      shapes: [[2, 4, 3]]),
    Case(layer: "type: 'InnerProduct' inner_product_param { num_output: 4 }"),
    Case(layer: "type: 'InnerProduct' inner_product_param { num_output: 4 transpose: true axis: 2 }"),
    Case(layer: "type: 'Pooling' pooling_param { pool: AVE kernel_size: 3 stride: 2 pad: 1 }"),
    Case(layer: "type: 'Pooling' pooling_param { pool: MAX kernel_size: 2 stride: 2 }"),
    Case(layer: "type: 'Pooling' pooling_param { pool: AVE global_pooling: true }"),
    Case(layer: "type: 'ReLU'", kink: 0),
    Case(layer: "type: 'ReLU' relu_param { negative_slope: 0.1 }", kink: 0),
    Case(layer: "type: 'PReLU'", kink: 0),
    Case(layer: "type: 'PReLU' prelu_param { channel_shared: true }", kink: 0),
    Case(layer: "type: 'LRN' lrn_param { local_size: 3 alpha: 0.5 }"),
    Case(layer: "type: 'LRN' lrn_param { local_size: 3 alpha: 0.5 norm_region: WITHIN_CHANNEL }"),
    Case(layer: "type: 'BatchNorm'"),
    Case(layer: "type: 'BatchNorm'", shapes: [[6, 5]]),
    Case(layer: "type: 'Scale' scale_param { bias_term: true }"),
    Case(layer: "type: 'Scale' scale_param { axis: 1 num_axes: 2 bias_term: true }"),
    Case(layer: "type: 'Scale' scale_param { num_axes: 0 }"),
    Case(layer: "type: 'Scale'", shapes: [[4, 5]]),
    Case(layer: "type: 'Scale' scale_param { axis: 0 bias_term: true }", shapes: [[2, 3, 4, 5], [2, 3]]),
    Case(layer: "type: 'Bias'"),
    Case(layer: "type: 'Bias' bias_param { axis: 2 }", shapes: [[2, 3, 4, 5], [4, 5]]),
    Case(
      layer: "type: 'Eltwise' eltwise_param { operation: SUM coeff: 1 coeff: -2 coeff: 0.5 }",
      shapes: [[2, 3, 4], [2, 3, 4], [2, 3, 4]]),
    Case(
      layer: "type: 'Eltwise' eltwise_param { operation: PROD }",
      shapes: [[2, 3, 4, 2], [2, 3, 4, 2], [2, 3, 4, 2]]),
    Case(
      layer: "type: 'Eltwise' eltwise_param { operation: PROD stable_prod_grad: false }",
      shapes: [[2, 3, 4, 2], [2, 3, 4, 2]], kink: 0),
    Case(
      layer: "type: 'Eltwise' eltwise_param { operation: MAX }", shapes: [[2, 3, 4, 2], [2, 3, 4, 2], [2, 3, 4, 2]]),
    Case(layer: "type: 'Sigmoid'"),
    Case(layer: "type: 'TanH'"),
    Case(layer: "type: 'ELU' elu_param { alpha: 0.5 }", kink: 0),
    Case(layer: "type: 'Power' power_param { power: 1.7 scale: 0.5 shift: 0.3 }", range: 0...2),
    Case(layer: "type: 'Power' power_param { power: 2 scale: -0.5 shift: 0.3 }"),
    Case(layer: "type: 'Power' power_param { scale: 3 shift: 1 }"),
    Case(layer: "type: 'Exp' exp_param { base: 2 scale: 0.5 shift: 0.3 }"),
    Case(layer: "type: 'Log' log_param { base: 3 scale: 2 shift: 1 }", range: 0...2),
    Case(layer: "type: 'AbsVal'", kink: 0),
    Case(layer: "type: 'BNLL'"),
    Case(layer: "type: 'Clip' clip_param { min: -1 max: 1 }", kink: 1),
    Case(layer: "type: 'Swish' swish_param { beta: 1.5 }"),
    Case(layer: "type: 'MVN' mvn_param { normalize_variance: false }"),
    Case(layer: "type: 'MVN' mvn_param { across_channels: true }"),
    Case(layer: "type: 'Tile' tile_param { axis: 1 tiles: 3 }"),
    Case(layer: "type: 'Tile' tile_param { axis: -1 tiles: 2 }"),
    Case(layer: "type: 'Reduction' reduction_param { operation: SUM axis: 1 coeff: 2 }"),
    Case(layer: "type: 'Reduction' reduction_param { operation: MEAN axis: 2 }"),
    Case(layer: "type: 'Reduction' reduction_param { operation: ASUM axis: 1 }", kink: 0),
    Case(layer: "type: 'Reduction' reduction_param { operation: SUMSQ }"),
    Case(layer: "type: 'Crop' crop_param { axis: 2 offset: 1 offset: 2 }", shapes: [[2, 3, 4, 5], [1, 1, 2, 3]]),
    Case(layer: "type: 'Crop' crop_param { axis: 1 offset: 1 }", shapes: [[2, 4, 3], [1, 2, 2]]),
    Case(layer: "type: 'Im2col' convolution_param { kernel_size: 3 pad: 1 stride: 2 }"),
    Case(
      layer: "type: 'Im2col' convolution_param { kernel_size: 2 dilation: 2 pad: 1 }", shapes: [[2, 2, 3, 4, 3]]),
    Case(layer: "type: 'SPP' spp_param { pyramid_height: 2 pool: AVE }"),
    Case(layer: "type: 'SPP' spp_param { pyramid_height: 3 pool: MAX }", shapes: [[2, 2, 8, 7]]),
    Case(layer: "type: 'SPP' spp_param { pyramid_height: 1 pool: MAX }"),
    Case(layer: "type: 'ReLU6'", kink: 0, range: -1...5),
    Case(layer: "type: 'Axpy'", shapes: [[2, 3], [2, 3, 4, 5], [2, 3, 4, 5]]),
    Case(layer: "type: 'Normalize'"),
    Case(layer: "type: 'Normalize' norm_param { across_spatial: false channel_shared: false }", range: 0.5...2),
    Case(layer: "type: 'Permute' permute_param { order: 0 order: 2 order: 3 order: 1 }"),
    Case(layer: "type: 'ShuffleChannel' shuffle_channel_param { group: 3 }", shapes: [[2, 6, 3, 2]]),
    Case(layer: "type: 'Interp' interp_param { height: 7 width: 3 }"),
    Case(layer: "type: 'Interp' interp_param { zoom_factor: 2 pad_beg: -1 }"),
    Case(layer: "type: 'Upsample' upsample_param { scale_h: 2 scale_w: 3 }"),
    Case(layer: "type: 'Reorg' reorg_param { stride: 2 }", shapes: [[2, 4, 2, 4]]),
    Case(layer: "type: 'Reorg' reorg_param { stride: 2 reverse: true }", shapes: [[2, 4, 2, 3]]),
    Case(layer: "type: 'BN' bn_param { shift_filler { value: 1 } }"),
    Case(layer: "type: 'BN' bn_param { bn_mode: INFERENCE }"),
    Case(layer: "type: 'BN' bn_param { slope_filler { value: 1 } }"),
    Case(layer: "type: 'BN' bn_param { frozen: true }"),
    Case(layer: "type: 'BatchNorm' batch_norm_param { scale_bias: true }"),
    Case(layer: "type: 'ConvolutionDepthwise' convolution_param { num_output: 3 kernel_size: 3 pad: 1 }"),
  ]

  @Test(arguments: cases)
  func agreesWithDifferences(_ example: Case) throws {
    for backend in try backends() {
      for layout in Layout.allCases where backend.layouts.contains(layout) {
        let random = RandomSource(seed: 7)
        let net = try Net(
          try example.net(layout), state: NetState.with { $0.phase = .train }, registry: .caffe.adding([Relayout.self]),
          backend: backend, random: random, use: .allGradients)
        let inputs = net.layers.filter { $0.described.type == "Input" }.flatMap(\.top)
        for (index, blob) in inputs.enumerated() {
          blob.setPlainData(example.point(index, count: blob.count, random))
        }
        for parameter in net.parameters where parameter.lrMult != 0 {
          let values = parameter.blob.mutableData
          for i in values.indices { values[i] = random.uniform(-1, 1) }
        }
        var check = GradientCheck()
        if let kink = example.kink { (check.kink, check.kinkRange) = (kink, 0.02) }
        let failures = try check.failures(net, random: random)
        #expect(failures.isEmpty, "\(backend.name), offered \(layout)")
      }
    }
  }
}
