import CaffeProto
import Layers
import NetModel
import Testing

/// What a wrong message or bottom says.
@Suite struct ShapeErrorTests {
  /// Layer, bottoms, and what the error must name.
  static let errors: [(String, [[Int]], String)] = [
    (
      "type: 'Convolution' convolution_param { num_output: 2147483648 kernel_size: 1 }", [[2, 3, 7, 6]],
      "convolution_param.num_output: is 2147483648, but must be 1 to 2147483647"
    ),
    (
      "type: 'InnerProduct' inner_product_param { num_output: 4294967295 }", [[2, 3]],
      "inner_product_param.num_output: is 4294967295, but must be 1 to 2147483647"
    ),
    (
      "type: 'Pooling' pooling_param { kernel_size: 4294967295 }", [[2, 3, 7, 6]],
      "pooling_param.kernel_size: is 4294967295, but must be 1 to 2147483647"
    ),
    (
      "type: 'LRN' lrn_param { local_size: 4294967295 }", [[2, 3, 7, 6]],
      "lrn_param.local_size: is 4294967295, but must be odd, and at most 2147483647"
    ),
    (
      "type: 'Reorg' reorg_param { stride: 65536 }", [[2, 4, 6, 6]],
      "reorg_param.stride: is 65536, but must be given, as 1 to 32768"
    ),
    ("type: 'LRN' lrn_param { alpha: nan }", [[2, 3, 7, 6]], "lrn_param.alpha: is NaN"),
    ("type: 'Power' power_param { power: nan }", [[2, 3]], "power_param.power: is NaN"),
    ("type: 'ELU' elu_param { alpha: nan }", [[2, 3]], "elu_param.alpha: is NaN"),
    ("type: 'ReLU' loss_weight: nan", [[2, 3]], "loss_weight: is NaN"),
    ("type: 'Eltwise' eltwise_param { coeff: 1 coeff: nan }", [[2, 3], [2, 3]], "eltwise_param.coeff: is NaN"),
    (
      "type: 'InnerProduct' param { } param { lr_mult: nan } inner_product_param { num_output: 2 }", [[2, 3]],
      "param.lr_mult: is NaN"
    ),
    (
      "type: 'InnerProduct' inner_product_param { num_output: 2 weight_filler { type: 'constant' value: nan } }",
      [[2, 3]],
      "inner_product_param.weight_filler.value: is NaN"
    ),
    ("type: 'BatchNorm' batch_norm_param { eps: -1 }", [[2, 3]], "batch_norm_param.eps: is -1.0"),
    (
      "type: 'BatchNorm' batch_norm_param { moving_average_fraction: nan }", [[2, 3]], "moving_average_fraction: is NaN"
    ),
    ("type: 'Normalize' norm_param { eps: -1 }", [[2, 3, 4, 4]], "norm_param.eps: is -1.0"),
    ("type: 'Clip' clip_param { min: 2 max: 1 }", [[2, 3]], "clip_param.min: 2.0 is more than max, 1.0"),
    (
      "type: 'PriorBox' prior_box_param { min_size: 3 step: -1 }", [[1, 3, 4, 4], [1, 3, 8, 8]],
      "prior_box_param.step: is -1.0"
    ),
    (
      "type: 'PriorBox' prior_box_param { min_size: 3 img_size: 0 }", [[1, 3, 4, 4], [1, 3, 8, 8]],
      "prior_box_param.img_size: is 0.0"
    ),
    ("type: 'Convolution' convolution_param { kernel_size: 3 }", [[2, 3, 7, 6]], "convolution_param.num_output"),
    ("type: 'Convolution' convolution_param { num_output: 4 }", [[2, 3, 7, 6]], "convolution_param.kernel_size"),
    (
      "type: 'Convolution' convolution_param { num_output: 4 kernel_size: 3 kernel_h: 3 kernel_w: 3 }",
      [[2, 3, 7, 6]], "convolution_param.kernel_size"
    ),
    (
      "type: 'Convolution' convolution_param { num_output: 4 kernel_h: 3 }", [[2, 3, 7, 6]],
      "convolution_param.kernel_size: is 0, but must be 1 to 2147483647"
    ),
    (
      "type: 'Convolution' convolution_param { num_output: 4 kernel_size: 3 stride: 0 }", [[2, 3, 7, 6]],
      "convolution_param.stride: is 0, but must be 1 to 2147483647"
    ),
    (
      "type: 'Convolution' convolution_param { num_output: 4 kernel_size: 3 stride: 1 stride_h: 1 stride_w: 1 }",
      [[2, 3, 7, 6]], "convolution_param.stride"
    ),
    (
      "type: 'Convolution' convolution_param { num_output: 4 kernel_size: 3 pad: 1 pad: 1 pad: 1 }", [[2, 3, 7, 6]],
      "convolution_param.pad: must be given once or once per spatial axis: 3 values for 2 axes"
    ),
    (
      "type: 'Convolution' convolution_param { num_output: 4 kernel_h: 3 kernel_w: 3 }", [[2, 3, 7, 6, 5]],
      "need 2 spatial axes"
    ),
    (
      "type: 'Convolution' convolution_param { num_output: 4 kernel_size: 3 pad: 4294967295 }", [[2, 3, 7, 6]],
      "convolution_param.pad: is 4294967295, but must be 0 to 2147483647"
    ),
    (
      "type: 'Convolution' convolution_param { num_output: 4 kernel_size: 2147483647 dilation: 2147483647 }",
      [[2, 3, 7, 6]], "convolution_param: shape [4, 3, 2147483647, 2147483647]"
    ),
    (
      "type: 'Convolution' convolution_param { num_output: 4 kernel_size: 1 pad: 2147483647 }", [[2, 3, 7, 6]], "2^31"
    ),
    (
      "type: 'Convolution' convolution_param { num_output: 5 kernel_size: 3 group: 2 }", [[2, 4, 7, 6]],
      "5 filters cannot be shared out among 2 groups"
    ),
    (
      "type: 'Convolution' convolution_param { num_output: 4 kernel_size: 3 group: 2 }", [[2, 3, 7, 6]],
      "3 channels cannot be shared out among 2 groups"
    ),
    ("type: 'Convolution' convolution_param { num_output: 4 kernel_size: 3 group: 0 }", [[2, 3, 7, 6]], "group"),
    (
      "type: 'Convolution' convolution_param { num_output: 4 kernel_size: 3 axis: 4 }", [[2, 3, 7, 6]],
      "convolution_param.axis: axis 4"
    ),
    (
      "type: 'Convolution' convolution_param { num_output: 4 kernel_size: 3 }", [[2, 3, 2, 6]],
      "the kernel covers 3 positions of axis 2, which has 2"
    ),
    (
      "type: 'Convolution' convolution_param { num_output: 4 kernel_size: 3 } bottom: 'x0'", [[2, 3, 7, 6]],
      "one top per bottom"
    ),
    (
      "type: 'Deconvolution' convolution_param { num_output: 4 kernel_size: 1 pad: 2 }", [[2, 3, 2, 6]],
      "leaves nothing of axis 2"
    ),
    ("type: 'InnerProduct'", [[2, 3]], "inner_product_param.num_output"),
    (
      "type: 'InnerProduct' inner_product_param { num_output: 3 axis: 2 }", [[2, 3]], "inner_product_param.axis: axis 2"
    ),
    ("type: 'Pooling'", [[2, 3, 4, 5]], "pooling_param.kernel_size"),
    ("type: 'Pooling' pooling_param { kernel_size: 2 kernel_h: 2 kernel_w: 2 }", [[2, 3, 4, 5]], "kernel_size"),
    ("type: 'Pooling' pooling_param { kernel_h: 2 }", [[2, 3, 4, 5]], "kernel_size"),
    ("type: 'Pooling' pooling_param { kernel_size: 0 }", [[2, 3, 4, 5]], "pooling_param.kernel_size: is 0, but"),
    ("type: 'Pooling' pooling_param { kernel_size: 2 stride: 0 }", [[2, 3, 4, 5]], "pooling_param.stride: is 0, but"),
    ("type: 'Pooling' pooling_param { kernel_size: 2 pad: 2 }", [[2, 3, 4, 5]], "pooling_param.pad"),
    ("type: 'Pooling' pooling_param { kernel_size: 2 pad: 1 pad_h: 1 pad_w: 1 }", [[2, 3, 4, 5]], "pad_h"),
    ("type: 'Pooling' pooling_param { kernel_size: 2 stride_h: 1 }", [[2, 3, 4, 5]], "stride_h"),
    ("type: 'Pooling' pooling_param { global_pooling: true kernel_size: 2 }", [[2, 3, 4, 5]], "global_pooling"),
    ("type: 'Pooling' pooling_param { global_pooling: true stride: 2 }", [[2, 3, 4, 5]], "global_pooling"),
    ("type: 'Pooling' pooling_param { kernel_size: 2 pad: 1 pool: STOCHASTIC }", [[2, 3, 4, 5]], "STOCHASTIC"),
    ("type: 'Pooling' pooling_param { kernel_size: 9 }", [[2, 3, 4, 5]], "too small for a window of 9 x 9"),
    ("type: 'Pooling' pooling_param { kernel_size: 2 }", [[2, 3, 4]], "must have 4 axes"),
    ("type: 'Pooling' pooling_param { kernel_size: 2 pool: AVE } top: 'z'", [[2, 3, 4, 5]], "takes 1 tops, but has 2"),
    ("type: 'LRN' lrn_param { local_size: 4 }", [[2, 3, 4, 5]], "lrn_param.local_size"),
    ("type: 'LRN'", [[2, 3]], "must have 4 axes"),
    ("type: 'BatchNorm' param { lr_mult: 1 }", [[2, 3, 4, 5]], "param[0].lr_mult"),
    ("type: 'BatchNorm' param { }", [[2, 3, 4, 5]], "param[0].lr_mult"),
    ("type: 'BatchNorm' param {} param {} param {} param {}", [[2, 3, 4, 5]], "param"),
    ("type: 'Scale' scale_param { axis: 4 }", [[2, 3, 4, 5]], "scale_param.axis: axis 4"),
    ("type: 'Scale' scale_param { axis: 2 num_axes: 3 }", [[2, 3, 4, 5]], "scale_param.num_axes"),
    ("type: 'Scale' scale_param { num_axes: -2 }", [[2, 3, 4, 5]], "scale_param.num_axes"),
    ("type: 'Scale'", [[2, 3, 4, 5], [4]], "bottom 1 has the shape 4 (4)"),
    ("type: 'Bias' bias_param { axis: 3 }", [[2, 3, 4, 5], [5, 1]], "bottom 1 has the shape 5 1 (5)"),
    ("type: 'Bias' bias_param { num_axes: 9 }", [[2, 3, 4, 5]], "bias_param.num_axes"),
    ("type: 'Eltwise'", [[2, 3], [3, 2]], "bottom 1 has the shape 3 2 (6)"),
    ("type: 'Eltwise'", [[2, 3]], "bottoms, but has 1"),
    ("type: 'Eltwise' eltwise_param { coeff: 1 }", [[2, 3], [2, 3]], "eltwise_param.coeff"),
    ("type: 'Eltwise' eltwise_param { operation: PROD coeff: 1 coeff: 1 }", [[2, 3], [2, 3]], "eltwise_param.coeff"),
    ("type: 'PReLU'", [[5]], "at least 2 axes"),
    ("type: 'Exp' exp_param { base: 0 }", [[5]], "exp_param.base"),
    ("type: 'Log' log_param { base: 1 }", [[5]], "log_param.base"),
    ("type: 'Clip'", [[5]], "clip_param"),
    ("type: 'Tile'", [[5]], "tile_param.tiles"),
    ("type: 'Tile' tile_param { tiles: 2147483647 axis: 0 }", [[5]], "tile_param.tiles"),
    ("type: 'Crop' crop_param { offset: 3 }", [[1, 1, 4, 4], [1, 1, 2, 2]], "2 positions from 3 on exceed axis 2"),
    ("type: 'Crop' crop_param { offset: 1 offset: 1 offset: 1 }", [[1, 1, 4, 4], [1, 1, 2, 2]], "crop_param.offset"),
    ("type: 'Crop'", [[1, 1, 4, 4], [1, 1]], "fewer axes"),
    ("type: 'Im2col' convolution_param { kernel_size: 2 }", [[1, 4]], "no axis behind the channels"),
    ("type: 'SPP' spp_param { pyramid_height: 0 }", [[1, 2, 4, 4]], "spp_param.pyramid_height"),
    ("type: 'SPP' spp_param { pyramid_height: 3 }", [[1, 2, 5, 5]], "level 2"),
  ]

  @Test(arguments: errors)
  func errorsNameTheField(_ layer: String, _ bottoms: [[Int]], _ text: String) throws {
    let error = #expect(throws: NetError.self) { try describe(layer, bottoms) }
    let message = error.map { "\($0)" } ?? ""
    #expect(message.contains("'l'") && message.contains(text), "\(message)")
  }

  @Test(arguments: [
    "type: 'Convolution' convolution_param { num_output: 2 kernel_size: 1 }",
    "type: 'InnerProduct' inner_product_param { num_output: 2 }", "type: 'Pooling' pooling_param { kernel_size: 1 }",
    "type: 'Eltwise' bottom: 'x'",
  ])
  func cannotWorkInPlace(_ layer: String) throws {
    let net = try NetParameter(text: input("x", [1, 2, 3, 3]) + "layer { name: 'l' \(layer) bottom: 'x' top: 'x' }")
    let error = #expect(throws: NetError.self) {
      try NetDescription(net, state: NetState(), registry: .caffe)
    }
    #expect(error.map { "\($0)".contains("in place") } == true)
  }
}
