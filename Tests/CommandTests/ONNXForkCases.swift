extension ONNXCase {
  /// Layers that stock Caffe does not have.
  static let forks: [ONNXCase] = [
    ONNXCase("Axpy", "", [[2, 3, 1, 1], [2, 3, 4, 5], [2, 3, 4, 5]]),
    ONNXCase("Axpy", "", [[2, 3], [2, 3, 4], [2, 3, 4]]),
    ONNXCase("BN", "", [[2, 3, 4, 5]]), ONNXCase("BN", "bn_param { eps: 0.01 frozen: true }", [[2, 3]]),
    ONNXCase("BN", "bn_param { bn_mode: INFERENCE }"), ONNXCase("BN", "bn_param { bn_mode: INFERENCE }", [[2, 3]]),
    ONNXCase("BatchNorm", "batch_norm_param { scale_bias: true eps: 0.01 }"),
    ONNXCase("ConvolutionDepthwise", "convolution_param { num_output: 4 kernel_size: 3 pad: 1 stride: 2 }"),
    ONNXCase("DepthwiseConvolution", "convolution_param { num_output: 4 kernel_size: 3 bias_term: false }"),
    ONNXCase("Interp", "interp_param { height: 13 width: 5 }"), ONNXCase("Interp", "interp_param { zoom_factor: 3 }"),
    ONNXCase("Interp", "interp_param { shrink_factor: 2 }"), ONNXCase("Interp", "interp_param { height: 1 width: 1 }"),
    ONNXCase("Interp", "interp_param { height: 8 width: 9 pad_beg: -1 pad_end: -2 }"),
    ONNXCase("Interp", "interp_param { height: 6 width: 5 pad_beg: -1 pad_end: -2 }"),
    ONNXCase("Interp", "", [[2, 3, 4, 5], [2, 1, 9, 8]]),
    ONNXCase("Normalize"), ONNXCase("Normalize", "norm_param { across_spatial: false eps: 0.1 }"),
    ONNXCase("Normalize", "norm_param { channel_shared: false across_spatial: false }"),
    ONNXCase("Normalize", "norm_param { channel_shared: false }", [[2, 5]]),
    ONNXCase("Permute", "permute_param { order: [0, 2, 3, 1] }"),
    ONNXCase("Permute", "permute_param { order: [1, 0] }"),
    ONNXCase("Permute", "permute_param { order: 2 }", [[2, 3, 4]]),
    ONNXCase("PriorBox", "prior_box_param { min_size: 30 }", [[2, 3, 4, 5], [2, 3, 40, 60]]),
    ONNXCase(
      "PriorBox",
      "prior_box_param { min_size: 30 max_size: 50 aspect_ratio: [2, 3] flip: true clip: true variance: [0.1, 0.1, 0.2, 0.2] step: 8 }",
      [[2, 3, 4, 5], [2, 3, 40, 60]]),
    ONNXCase("ReLU6"),
    ONNXCase("Reorg", "reorg_param { stride: 2 }", [[2, 8, 4, 6]]),
    ONNXCase("Reorg", "reorg_param { stride: 3 reverse: true }", [[2, 18, 2, 3]]),
    ONNXCase("ShuffleChannel", "shuffle_channel_param { group: 2 }"),
    ONNXCase("ShuffleChannel", "shuffle_channel_param { group: 3 }", [[2, 12]]),
    ONNXCase("Upsample", "upsample_param { scale: 3 }"),
    ONNXCase("Upsample", "upsample_param { scale_h: 2 scale_w: 5 }"),
  ]

  private static let data =
    "layer { name: 'in' type: 'Input' top: 'data' input_param { shape { dim: [2, 3, 15, 13] } } }\n"

  /// Layers in place, shared parameters, nets with branches, a net for training.
  static let nets: [ONNXCase] = [
    ONNXCase(
      net: data + """
        layer { name: 'c1' type: 'Convolution' bottom: 'data' top: 'c1'
          convolution_param { num_output: 8 kernel_size: 3 bias_term: false } }
        layer { name: 'b1' type: 'BatchNorm' bottom: 'c1' top: 'c1' }
        layer { name: 's1' type: 'Scale' bottom: 'c1' top: 'c1' scale_param { bias_term: true } }
        layer { name: 'r1' type: 'ReLU' bottom: 'c1' top: 'c1' }
        layer { name: 'p1' type: 'Pooling' bottom: 'c1' top: 'p1' pooling_param { kernel_size: 3 stride: 2 } }
        layer { name: 'd' type: 'Convolution' bottom: 'p1' top: 'd'
          convolution_param { num_output: 8 kernel_size: 3 pad: 1 group: 8 } }
        layer { name: 'e' type: 'Convolution' bottom: 'p1' top: 'e'
          convolution_param { num_output: 8 kernel_size: 1 } }
        layer { name: 'sum' type: 'Eltwise' bottom: 'd' bottom: 'e' top: 'sum' }
        layer { name: 'r2' type: 'ReLU' bottom: 'sum' top: 'sum' }
        layer { name: 'cat' type: 'Concat' bottom: 'sum' bottom: 'p1' top: 'cat' }
        layer { name: 'ip' type: 'InnerProduct' bottom: 'cat' top: 'ip' inner_product_param { num_output: 6 } }
        layer { name: 'drop' type: 'Dropout' bottom: 'ip' top: 'ip' }
        layer { name: 'prob' type: 'Softmax' bottom: 'ip' top: 'prob' }
        """, "a small net"),
    ONNXCase(
      net: data + """
        layer { name: 'a' type: 'Convolution' bottom: 'data' top: 'a' param { name: 'w' } param { name: 'b' }
          convolution_param { num_output: 3 kernel_size: 3 pad: 1 } }
        layer { name: 'b' type: 'Convolution' bottom: 'a' top: 'b' param { name: 'w' } param { name: 'b' }
          convolution_param { num_output: 3 kernel_size: 3 pad: 1 } }
        """, "shared parameters"),
    ONNXCase(net: data + "layer { name: 'r' type: 'ReLU' bottom: 'data' top: 'data' }", "an input in place"),
    ONNXCase(
      net: data + """
        layer { name: 'drop' type: 'Dropout' bottom: 'data' top: 'drop' }
        layer { name: 'flat' type: 'Split' bottom: 'data' top: 's' top: 't' }
        layer { name: 'r' type: 'ReLU' bottom: 's' top: 'r' }
        """, "outputs that are an input"),
    ONNXCase(
      net: data + """
        layer { name: 'p' type: 'Parameter' top: 'p' parameter_param { shape { dim: [1, 3, 15, 13] } } }
        layer { name: 't' type: 'Tile' bottom: 'p' top: 't' tile_param { axis: 0 tiles: 2 } }
        layer { name: 'm' type: 'Reduction' bottom: 'data' top: 'm' reduction_param { axis: 1 } }
        """, "a parameter as a blob"),
    ONNXCase(
      net: """
        layer { name: 'in' type: 'DummyData' top: 'data' top: 'label'
          dummy_data_param { shape { dim: [4, 3, 12, 12] } shape { dim: 4 } } }
        layer { name: 'c' type: 'Convolution' bottom: 'data' top: 'c'
          convolution_param { num_output: 4 kernel_size: 3 } }
        layer { name: 'r' type: 'ReLU' bottom: 'c' top: 'c' }
        layer { name: 'ip' type: 'InnerProduct' bottom: 'c' top: 'ip' inner_product_param { num_output: 5 } }
        layer { name: 'loss' type: 'SoftmaxWithLoss' bottom: 'ip' bottom: 'label' top: 'loss' include { phase: TRAIN } }
        layer { name: 'acc' type: 'Accuracy' bottom: 'ip' bottom: 'label' top: 'acc' include { phase: TEST } }
        """, "a net for training"),
  ]
}
