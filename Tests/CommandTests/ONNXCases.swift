import Base
import CaffeProto

/// A small net for the ONNX tests, and what goes into it.
struct ONNXCase: Sendable {
  let name: String
  let net: String
  var values = Values.signed

  /// What inputs hold.
  enum Values: Sendable {
    /// Uniform in [-1, 1).
    case signed
    /// Uniform in [0.1, 1.1).
    case positive
    /// Of a few, so that many are equal.
    case tied
    /// Whole numbers below this.
    case below(Int)

    func next(_ random: RandomSource) -> Float {
      switch self {
      case .signed: random.uniform(-1, 1)
      case .positive: random.uniform(0.1, 1.1)
      case .tied: Float(Int(random.uniform(0, 3)))
      case .below(let end): Float(Int(random.uniform(0, Float(end))))
      }
    }
  }

  /// One layer, on inputs of these shapes.
  init(
    _ type: String, _ settings: String = "", _ shapes: [[Int]] = [[2, 4, 9, 8]], tops: Int = 1,
    _ values: Values = .signed
  ) {
    let inputs = shapes.enumerated().map { index, dims in
      "layer { name: 'in\(index)' type: 'Input' top: 'x\(index)' input_param { shape { dim: \(dims) } } }\n"
    }
    let bottoms = shapes.indices.map { "bottom: 'x\($0)' " }
    let ends = (0..<tops).map { "top: 'y\($0)' " }
    name = "\(type) \(settings) \(shapes)"
    net = inputs.joined() + "layer { name: 'l' type: '\(type)' \((bottoms + ends).joined()) \(settings) }"
    self.values = values
  }

  /// A whole net.
  init(net: String, _ name: String) { (self.name, self.net) = (name, net) }
}

extension ONNXCase {
  static let all: [ONNXCase] =
    convolutions + products + poolings + normalisations + functions + channelValues + joints + shapes + choices + forks
    + nets

  /// Kernels, strides, padding, dilation, groups, biases, other numbers of axes.
  static let convolutions: [ONNXCase] = {
    let windows = [
      "kernel_size: 1", "kernel_size: 3", "kernel_size: 3 pad: 1", "kernel_size: 3 stride: 2",
      "kernel_size: 3 stride: 2 pad: 1", "kernel_size: 3 dilation: 2 pad: 2", "kernel_size: 2 stride: 3",
      "kernel_h: 1 kernel_w: 5 pad_h: 0 pad_w: 2", "kernel_h: 3 kernel_w: 2 stride_h: 1 stride_w: 2",
      "kernel_size: [3, 1] pad: [1, 0] stride: [2, 1] dilation: [1, 1]",
    ]
    let groups = ["num_output: 6", "num_output: 6 group: 2", "num_output: 8 group: 4", "num_output: 4 group: 4"]
    let planar = ["Convolution", "Deconvolution"].flatMap { type in
      windows.flatMap { window in
        groups.map { group in
          let bias = window.count % 2 == 0 ? "bias_term: false" : ""
          return ONNXCase(type, "convolution_param { \(group) \(window) \(bias) }")
        }
      }
    }
    let settings = "convolution_param { num_output: 3 kernel_size: 3 pad: 1 stride: 2 }"
    return planar
      + ["Convolution", "Deconvolution"].flatMap {
        [ONNXCase($0, settings, [[2, 4, 9]]), ONNXCase($0, settings, [[2, 4, 5, 6, 7]])]
      } + [ONNXCase("Convolution", settings, [[2, 4, 5, 6], [2, 4, 5, 6]], tops: 2)]
  }()

  static let products: [ONNXCase] =
    ["", "bias_term: false", "transpose: true", "axis: 2", "axis: -1", "axis: 3 transpose: true bias_term: false"].map {
      ONNXCase("InnerProduct", "inner_product_param { num_output: 5 \($0) }")
    } + [
      ONNXCase("InnerProduct", "inner_product_param { num_output: 5 }", [[2, 7]]),
      ONNXCase("InnerProduct", "inner_product_param { num_output: 5 axis: 0 }", [[2, 3]]),
      ONNXCase("Embed", "embed_param { num_output: 3 input_dim: 7 }", [[2, 4]], .below(7)),
      ONNXCase("Embed", "embed_param { num_output: 3 input_dim: 7 bias_term: false }", [[2]], .below(7)),
    ]

  /// Windows that fit, that hang over the image, and last ones that would begin in the padding.
  static let poolings: [ONNXCase] = {
    let windows: [(image: [Int], settings: String)] = [
      ([8, 8], "kernel_size: 2 stride: 2"), ([9, 8], "kernel_size: 2 stride: 2"), ([9, 8], "kernel_size: 3 stride: 2"),
      ([9, 8], "kernel_size: 3 stride: 2 pad: 1"), ([8, 8], "kernel_size: 3 stride: 3 pad: 1"),
      ([9, 9], "kernel_size: 2 stride: 2 pad: 1"), ([7, 10], "kernel_size: 3 stride: 1 pad: 1"),
      ([14, 13], "kernel_size: 5 stride: 3 pad: 2"), ([7, 7], "kernel_size: 7"),
      ([6, 5], "kernel_size: 4 stride: 3 pad: 3"),
      ([9, 8], "kernel_h: 3 kernel_w: 2 stride_h: 2 stride_w: 3 pad_h: 1 pad_w: 0"),
      ([9, 8], "kernel_h: 2 kernel_w: 4 stride_h: 2 stride_w: 3 pad_h: 0 pad_w: 2"), ([6, 9], "global_pooling: true"),
    ]
    return windows.flatMap { image, settings in
      [("MAX", 1), ("AVE", 1), ("MAX", 2), ("STOCHASTIC", 1)].flatMap { method, tops in
        ["", "round_mode: FLOOR"].compactMap { mode in
          // Stochastic pooling takes no padding.
          if method == "STOCHASTIC", settings.contains("pad") { return nil }
          return ONNXCase(
            "Pooling", "pooling_param { pool: \(method) \(settings) \(mode) }", [[2, 3] + image], tops: tops,
            method == "STOCHASTIC" ? .positive : .signed)
        }
      }
    }
      + ["MAX", "AVE"].flatMap { method in
        [(1, [9, 8]), (2, [9, 8]), (3, [12, 13]), (3, [9, 10])].map { height, image in
          ONNXCase("SPP", "spp_param { pyramid_height: \(height) pool: \(method) }", [[2, 3] + image])
        }
      }
  }()

  static let normalisations: [ONNXCase] = [
    ONNXCase("BatchNorm"), ONNXCase("BatchNorm", "batch_norm_param { eps: 0.01 }", [[2, 5]]),
    ONNXCase("BatchNorm", "batch_norm_param { use_global_stats: true }", [[2, 5, 3]]), ONNXCase("BatchNorm", "", [[6]]),
    ONNXCase("LRN"), ONNXCase("LRN", "lrn_param { local_size: 3 alpha: 0.5 beta: 0.6 k: 2 }"),
    ONNXCase("LRN", "lrn_param { norm_region: WITHIN_CHANNEL local_size: 3 alpha: 0.5 }"),
    ONNXCase("LRN", "lrn_param { norm_region: WITHIN_CHANNEL local_size: 5 alpha: 2 beta: 0.5 k: 3 }"),
    ONNXCase("MVN"), ONNXCase("MVN", "mvn_param { across_channels: true eps: 0.1 }"),
    ONNXCase("MVN", "mvn_param { normalize_variance: false }"),
    ONNXCase("MVN", "mvn_param { across_channels: true }", [[2, 5]]),
    ONNXCase("MVN", "", [[2, 5]]), ONNXCase("MVN", "mvn_param { normalize_variance: false across_channels: true }"),
    ONNXCase("Softmax"), ONNXCase("Softmax", "softmax_param { axis: 2 }"),
    ONNXCase("Softmax", "softmax_param { axis: -1 }"),
    ONNXCase("Softmax", "", [[2, 6]]),
  ]

  static let functions: [ONNXCase] =
    [
      ("ReLU", ""), ("ReLU", "relu_param { negative_slope: 0.2 }"), ("PReLU", ""),
      ("PReLU", "prelu_param { channel_shared: true }"),
      ("ELU", ""), ("ELU", "elu_param { alpha: 0.3 }"), ("Sigmoid", ""), ("TanH", ""), ("AbsVal", ""), ("BNLL", ""),
      ("Swish", ""), ("Swish", "swish_param { beta: 1.7 }"), ("Clip", "clip_param { min: -0.3 max: 0.6 }"),
      ("Threshold", "threshold_param { threshold: 0.1 }"), ("Power", ""),
      ("Power", "power_param { scale: 2 shift: -1 }"),
      ("Power", "power_param { power: 2 scale: 0.5 shift: 0.1 }"), ("Power", "power_param { power: 3 }"),
      ("Power", "power_param { power: 0 }"), ("Power", "power_param { power: -1 shift: 3 }"), ("Exp", ""),
      ("Exp", "exp_param { base: 2 scale: 0.5 shift: 1 }"), ("Exp", "exp_param { base: 10 }"), ("Dropout", ""),
      ("Dropout", "dropout_param { dropout_ratio: 0.9 }"),
    ].map { ONNXCase($0, $1) } + [
      ONNXCase("Log", "", [[2, 3, 4]], .positive),
      ONNXCase("Log", "log_param { base: 2 scale: 0.5 shift: 1 }", [[2, 3, 4]], .positive),
      ONNXCase("Power", "power_param { power: 0.5 scale: 2 }", [[2, 3, 4]], .positive),
      ONNXCase("PReLU", "", [[2, 5]]), ONNXCase("PReLU", "", [[2, 5, 3]]),
    ]

  static let channelValues: [ONNXCase] =
    [("Scale", ""), ("Scale", "bias_term: true"), ("Bias", "")].flatMap { type, bias in
      let message = "\(type.lowercased())_param"
      return [
        "", "axis: 2", "axis: -1", "num_axes: 2", "num_axes: -1", "num_axes: 0", "axis: 2 num_axes: 2", "axis: 0",
      ].map {
        ONNXCase(type, "\(message) { \($0) \(bias) }")
      }
        + [
          ("", [[2, 4]]), ("axis: 0", [[2, 4, 3, 3], [2, 4]]), ("axis: 1", [[2, 4, 3, 3], [4]]),
          ("axis: 1", [[2, 4, 3, 5], [4, 3]]), ("axis: 0", [[2, 4, 3], [2, 4, 3]]),
        ].map { ONNXCase(type, "\(message) { \($0) \(bias) }", $1) }
    }

  static let joints: [ONNXCase] =
    ["", "operation: SUM coeff: [1, -1]", "operation: SUM coeff: [0.5, 2]", "operation: PROD", "operation: MAX"].flatMap
  { settings in
    [ONNXCase("Eltwise", "eltwise_param { \(settings) }", [[2, 4, 3, 3], [2, 4, 3, 3]])]
      + (settings.contains("coeff")
        ? [] : [ONNXCase("Eltwise", "eltwise_param { \(settings) }", [[2, 4, 3, 3], [2, 4, 3, 3], [2, 4, 3, 3]])])
  } + [
    ONNXCase("Concat", "", [[2, 4, 3, 3], [2, 1, 3, 3]]), ONNXCase("Concat", "", [[2, 4, 3, 3]]),
    ONNXCase("Concat", "concat_param { axis: 2 }", [[2, 4, 3, 3], [2, 4, 1, 3]]),
    ONNXCase("Concat", "concat_param { axis: -1 }", [[2, 4, 3, 3], [2, 4, 3, 2]]),
    ONNXCase("Concat", "concat_param { axis: 0 }", [[2, 4], [2, 4]]),
    ONNXCase("Concat", "concat_param { concat_dim: 1 }", [[2, 4], [2, 3]]),
    ONNXCase("Slice", "", tops: 2), ONNXCase("Slice", "", tops: 1),
    ONNXCase("Slice", "slice_param { axis: 3 }", tops: 4),
    ONNXCase("Slice", "slice_param { slice_point: [1, 3] }", tops: 3),
    ONNXCase("Slice", "slice_param { slice_dim: 2 slice_point: 4 }", tops: 2), ONNXCase("Split", "", tops: 3),
    ONNXCase("BatchReindex", "", [[2, 4, 3], [2]], .below(1)),
    ONNXCase("Crop", "", [[2, 4, 9, 8], [2, 1, 5, 6]]),
    ONNXCase("Crop", "crop_param { offset: 2 }", [[2, 4, 9, 8], [2, 1, 5, 6]]),
    ONNXCase("Crop", "crop_param { axis: 1 offset: [1, 2, 0] }", [[2, 4, 9, 8], [2, 3, 5, 6]]),
    ONNXCase("Crop", "crop_param { axis: -1 offset: 1 }", [[2, 4, 9, 8], [2, 1, 5, 6]]),
    ONNXCase("Crop", "crop_param { axis: 0 }", [[2, 4], [2, 3]]),
  ]

  static let shapes: [ONNXCase] =
    [
      ONNXCase("Flatten"), ONNXCase("Flatten", "flatten_param { axis: 2 }"),
      ONNXCase("Flatten", "flatten_param { end_axis: 2 }"),
      ONNXCase("Flatten", "flatten_param { axis: -2 end_axis: -1 }"),
      ONNXCase("Flatten", "flatten_param { axis: 0 end_axis: 1 }"),
      ONNXCase("Flatten", "", [[2, 5]]),
      ONNXCase("Reshape", "reshape_param { shape { dim: [0, -1] } }"),
      ONNXCase("Reshape", "reshape_param { shape { dim: [0, 0, 72] } }"),
      ONNXCase("Reshape", "reshape_param { shape { dim: [0, 2, 2, 9, 8] } }"),
      ONNXCase("Reshape", "reshape_param { shape { dim: [-1, 2] } }"),
      ONNXCase("Reshape", "reshape_param { shape { dim: [-1] } }"),
      ONNXCase("Reshape", "reshape_param { shape { dim: [2, 2] } axis: 1 num_axes: 1 }"),
      ONNXCase("Reshape", "reshape_param { shape { dim: 1 } axis: -1 num_axes: 0 }"),
      ONNXCase("Reshape", "reshape_param { shape { dim: 1 } axis: 0 num_axes: 0 }"),
      ONNXCase("Reshape", "reshape_param { shape { dim: [0, 4, 9, 8] } }"),
      ONNXCase("Tile", "tile_param { tiles: 3 }"), ONNXCase("Tile", "tile_param { tiles: 2 axis: -1 }"),
      ONNXCase("Tile", "tile_param { tiles: 2 axis: 0 }"), ONNXCase("Tile", "tile_param { tiles: 1 }"),
    ]
    + ["SUM", "ASUM", "SUMSQ", "MEAN"].flatMap { operation in
      ["", "axis: 1", "axis: 2 coeff: 0.5", "axis: -1"].map {
        ONNXCase("Reduction", "reduction_param { operation: \(operation) \($0) }")
      }
    }

  static let choices: [ONNXCase] =
    ["", "axis: 1", "axis: -1", "axis: 2"].flatMap { axis in
      ["", "top_k: 3"].flatMap { count in
        ["", "out_max_val: true"].flatMap { value in
          [ONNXCase.Values.signed, .tied].map {
            ONNXCase("ArgMax", "argmax_param { \(axis) \(count) \(value) }", [[2, 4, 5, 3]], $0)
          }
        }
      }
    } + [
      ONNXCase("ArgMax", "", [[2, 7]]), ONNXCase("ArgMax", "argmax_param { top_k: 2 out_max_val: true }", [[2, 7]]),
    ]
}
