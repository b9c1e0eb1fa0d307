import Base
import CaffeProto
import Engine
import Layers
import NetModel
import TestSupport
import Testing

/// Layers of forks, against numbers computed by hand from the formulas of their sources.
@Suite struct ForkLayerTests {
  struct Case: Sendable, CustomStringConvertible {
    let layer: String
    var shapes: [[Int]]
    var values: [[Float]]
    /// Parameter blobs, flattened.
    var blobs: [[Float]] = []
    let top: [Float]
    var phase = Phase.test
    var description: String { layer }
  }

  /// 0, 1, 2, ...
  private static func count(_ values: Int) -> [Float] { (0..<values).map(Float.init) }

  static let cases: [Case] = [
    Case(layer: "type: 'ReLU6'", shapes: [[3]], values: [[-1, 3, 7]], top: [0, 3, 6]),
    Case(
      layer: "type: 'Axpy'", shapes: [[1, 2], [1, 2, 1, 2], [1, 2, 1, 2]],
      values: [[2, -1], [1, 2, 3, 4], [10, 10, 10, 10]], top: [12, 14, 7, 6]),
    // 3, 4 and 0, 5 have the norm 5.
    Case(
      layer: "type: 'Normalize' norm_param { across_spatial: false channel_shared: false }", shapes: [[1, 2, 1, 2]],
      values: [[3, 0, 4, 5]], blobs: [[10, 20]], top: [6, 0, 16, 20]),
    // The norm of all is the root of 50.
    Case(
      layer: "type: 'Normalize'", shapes: [[1, 2, 1, 2]], values: [[3, 0, 4, 5]], blobs: [[1]],
      top: [0.42426407, 0, 0.56568542, 0.70710678]),
    Case(
      layer: "type: 'Permute' permute_param { order: 0 order: 2 order: 3 order: 1 }", shapes: [[1, 2, 1, 3]],
      values: [[1, 2, 3, 4, 5, 6]], top: [1, 4, 2, 5, 3, 6]),
    Case(
      layer: "type: 'Permute' permute_param { order: 1 }", shapes: [[2, 3]], values: [[1, 2, 3, 4, 5, 6]],
      top: [1, 4, 2, 5, 3, 6]),
    Case(
      layer: "type: 'ShuffleChannel' shuffle_channel_param { group: 2 }", shapes: [[1, 6, 1, 1]], values: [count(6)],
      top: [0, 3, 1, 4, 2, 5]),
    Case(
      layer: "type: 'Interp' interp_param { zoom_factor: 2 }", shapes: [[1, 1, 2, 2]], values: [[0, 2, 4, 6]],
      top: [0, 1, 2, 2, 3, 4, 4, 5, 6]),
    // The first row and column are cut off; 4, 5, 7, 8 are left.
    Case(
      layer: "type: 'Interp' interp_param { height: 1 width: 3 pad_beg: -1 }", shapes: [[1, 1, 3, 3]],
      values: [count(9)], top: [4, 4.5, 5]),
    Case(
      layer: "type: 'Interp' interp_param { shrink_factor: 2 }", shapes: [[1, 1, 3, 3]], values: [count(9)],
      top: [0, 2, 6, 8]),
    Case(
      layer: "type: 'Upsample' upsample_param { scale: 2 }", shapes: [[1, 1, 1, 2]], values: [[1, 2]],
      top: [1, 1, 2, 2, 1, 1, 2, 2]),
    Case(
      layer: "type: 'Upsample'", shapes: [[1, 1, 1, 2], [1, 1, 1, 2]], values: [[5, 7], [1, 6]],
      top: [0, 5, 0, 0, 0, 0, 7, 0]),
    Case(
      layer: "type: 'Upsample' upsample_param { scale: 2 pad_out_w: true }", shapes: [[1, 1, 1, 2], [1, 1, 1, 2]],
      values: [[5, 7], [1, 5]], top: [0, 5, 0, 0, 0, 7]),
    // Darknet's order: of rows of 4, every second number of every second row, beginning at 0, 1, 4 and 5.
    Case(
      layer: "type: 'Reorg' reorg_param { stride: 2 }", shapes: [[1, 4, 2, 2]], values: [count(16)],
      top: [0, 2, 8, 10, 1, 3, 9, 11, 4, 6, 12, 14, 5, 7, 13, 15]),
    Case(
      layer: "type: 'Reorg' reorg_param { stride: 2 reverse: true }", shapes: [[1, 4, 1, 1]], values: [[1, 2, 3, 4]],
      top: [1, 2, 3, 4]),
    // Quarters of 4 x 4; a box outside of the image is empty.
    Case(
      layer: "type: 'ROIPooling' roi_pooling_param { pooled_h: 2 pooled_w: 2 spatial_scale: 0.5 }",
      shapes: [[1, 1, 4, 4], [2, 5]], values: [count(16), [0, 0, 0, 6, 6, 0, 40, 40, 50, 50]],
      top: [5, 7, 13, 15, 0, 0, 0, 0]),
    // Of four channels the upper left, upper right, lower left and lower right element.
    Case(
      layer: "type: 'PSROIPooling' psroi_pooling_param { spatial_scale: 1 output_dim: 1 group_size: 2 }",
      shapes: [[1, 4, 2, 2], [1, 5]],
      values: [[0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23, 30, 31, 32, 33], [0, 0, 0, 1, 1]], top: [0, 11, 22, 33]),
    Case(
      layer: "type: 'BN' bn_param { bn_mode: INFERENCE }", shapes: [[1, 2, 1, 1]], values: [[3, 5]],
      blobs: [[2, -1], [1, 10]], top: [7, 5]),
    // (3 - 1) / 2 and (5 - 2) / 3.
    Case(
      layer: "type: 'BN' bn_param { eps: 0 }", shapes: [[1, 2, 1, 1]], values: [[3, 5]],
      blobs: [[3, 2], [1, 0], [1, 2], [4, 9]], top: [4, 2]),
    // The batch has mean 2 and variance 1.
    Case(
      layer: "type: 'BN' bn_param { scale_filler { value: 1 } }", shapes: [[2, 1, 1, 1]], values: [[1, 3]],
      blobs: [[10], [5]], top: [-5, 15]),
    // Sums of two batches: mean 1, variance 4 - eps.
    Case(
      layer: "type: 'BatchNorm' batch_norm_param { scale_bias: true eps: 0 }", shapes: [[1, 2, 1, 1]],
      values: [[3, 5]], blobs: [[2, 4], [8, 18], [2], [3, 2], [1, 0]], top: [4, 2]),
    Case(
      layer: "type: 'Pooling' pooling_param { kernel_size: 2 stride: 2 ceil_mode: false }", shapes: [[1, 1, 3, 3]],
      values: [count(9)], top: [4]),
    Case(
      layer: "type: 'Pooling' pooling_param { kernel_size: 2 stride: 2 ceil_mode: true }", shapes: [[1, 1, 3, 3]],
      values: [count(9)], top: [4, 5, 7, 8]),
    Case(
      layer: "type: 'DepthwiseConvolution' convolution_param { num_output: 2 kernel_size: 1 }", shapes: [[1, 2, 1, 2]],
      values: [[1, 2, 3, 4]], blobs: [[10, 100], [0.5, 0]], top: [10.5, 20.5, 300, 400]),
    Case(
      layer: "type: 'ConvolutionDepthwise' convolution_param { num_output: 2 kernel_size: 1 bias_term: false }",
      shapes: [[1, 2, 1, 2]], values: [[1, 2, 3, 4]], blobs: [[10, 100]], top: [10, 20, 300, 400]),
  ]

  @Test(arguments: cases)
  func computesWhatItsSourceDoes(_ example: Case) throws {
    for backend in try backends() {
      let net = try net(example, backend)
      try net.forward()
      let difference = mismatch(try #require(net.blob("y")).plainData, example.top, within: 1e-5, backend.name)
      #expect(difference == nil)
    }
  }

  private func net(_ example: Case, _ backend: any Backend) throws -> Net {
    let inputs = example.shapes.indices.map { input("x\($0)", example.shapes[$0]) }.joined()
    let bottoms = example.shapes.indices.map { "bottom: 'x\($0)' " }.joined()
    let net = try Net(
      NetParameter(text: inputs + "layer { name: 'l' \(example.layer) \(bottoms) top: 'y' }"),
      state: NetState.with { $0.phase = example.phase }, registry: .caffe, backend: backend,
      random: RandomSource(seed: 1))
    for (index, values) in example.values.enumerated() { net.blob("x\(index)")?.setPlainData(values) }
    let blobs = try #require(net.layer("l")).layer.blobs
    #expect(example.blobs.isEmpty || blobs.count == example.blobs.count)
    for (blob, values) in zip(blobs, example.blobs) { blob.setPlainData(values) }
    return net
  }

  /// Two positions of 10 x 10 pixels; boxes of 4 x 4, of 6 x 6 = sqrt(4 9), and of the ratio 2.
  @Test func priorBoxes() throws {
    let net = try net(
      Case(
        layer: """
          type: 'PriorBox' prior_box_param { min_size: 4.9 max_size: 9 aspect_ratio: 2 aspect_ratio: 1 flip: false
            variance: [0.1, 0.2, 0.3, 0.4] }
          """, shapes: [[1, 1, 1, 2], [1, 3, 10, 20]], values: [], top: []), ReferenceBackend())
    try net.forward()
    let y = try #require(net.blob("y"))
    #expect(y.shape == [1, 2, 24])
    let first: [Float] = [
      0.15, 0.3, 0.35, 0.7, 0.1, 0.2, 0.4, 0.8, 0.108578644, 0.358578644, 0.391421356, 0.641421356,
    ]
    let second = first.enumerated().map { $0 % 2 == 0 ? $1 + 0.5 : $1 }
    let variances = (0..<24).map { [0.1, 0.2, 0.3, 0.4][$0 % 4] as Float }
    #expect(mismatch(y.plainData, first + second + variances, within: 1e-6, "boxes") == nil)
  }

  /// Boxes 0 and 1 overlap by 0.14 / 0.18; class 0 is the background.
  @Test(arguments: [(-1, 3), (2, 2)])
  func detections(_ keptTopK: Int, _ lines: Int) throws {
    let priors: [Float] = [0, 0, 0.4, 0.4, 0.05, 0, 0.45, 0.4, 0.5, 0.5, 0.9, 0.9] + [Float](repeating: 1, count: 12)
    let net = try net(
      Case(
        layer: """
          type: 'DetectionOutput' detection_output_param { num_classes: 3 nms_param { nms_threshold: 0.45 top_k: 10 }
            keep_top_k: \(keptTopK) confidence_threshold: 0.2 }
          """, shapes: [[1, 12], [1, 9], [1, 2, 12]],
        values: [[Float](repeating: 0, count: 12), [0, 0.9, 0.1, 0, 0.8, 0.3, 0, 0.6, 0.05], priors], top: []),
      ReferenceBackend())
    try net.forward()
    let all: [[Float]] = [
      [0, 1, 0.9, 0, 0, 0.4, 0.4], [0, 1, 0.6, 0.5, 0.5, 0.9, 0.9], [0, 2, 0.3, 0.05, 0, 0.45, 0.4],
    ]
    #expect(try #require(net.blob("y")).plainData == all.prefix(lines).flatMap { $0 })
    #expect(net.blob("y")?.shape == [1, 1, lines, 7])
    net.blob("x1")?.setPlainData([Float](repeating: 0, count: 9))
    try net.forward()
    #expect(net.blob("y")?.plainData == [0, -1, -1, -1, -1, -1, -1])
  }

  /// A box of centre (0.5, 0.5) and size 0.2, moved by 0.1 * 0.2 * 2 and made e^(0.2 * 1) times as wide.
  @Test func boxesAreCodedByCentreAndSize() throws {
    let net = try net(
      Case(
        layer: """
          type: 'DetectionOutput' detection_output_param { num_classes: 1 background_label_id: -1 code_type: CENTER_SIZE }
          """, shapes: [[1, 4], [1, 1], [1, 2, 4]],
        values: [[2, 0, 1, 0], [1], [0.4, 0.4, 0.6, 0.6, 0.1, 0.1, 0.2, 0.2]], top: []), ReferenceBackend())
    try net.forward()
    let expected: [Float] = [0, 0, 1, 0.41785972, 0.4, 0.66214028, 0.6]
    #expect(mismatch(try #require(net.blob("y")).plainData, expected, within: 1e-6, "box") == nil)
  }

  @Test(arguments: [
    ("type: 'Pooling' pooling_param { kernel_size: 2 ceil_mode: false round_mode: CEIL }", "ceil_mode"),
    ("type: 'Permute' permute_param { order: 1 order: 1 }", "order"),
    ("type: 'Permute' permute_param { order: 4 }", "no axis"),
    ("type: 'ShuffleChannel' shuffle_channel_param { group: 2 }", "shared out"),
    ("type: 'Reorg'", "reorg_param.stride"), ("type: 'Reorg' reorg_param { stride: 2 }", "multiple of 4"),
    ("type: 'Interp'", "interp_param"), ("type: 'Interp' interp_param { zoom_factor: 2 pad_end: 1 }", "pad_beg"),
    ("type: 'DepthwiseConvolution' convolution_param { num_output: 6 group: 2 kernel_size: 1 }", "3 channels"),
    ("type: 'Upsample' upsample_param { scale: 0 }", "is 0, but must be 1 to 32768"),
  ])
  func whatIsWrongIsNamed(_ layer: String, _ cause: String) throws {
    let error = #expect(throws: NetError.self) { try describe(layer, [[2, 3, 4, 5]]) }
    #expect("\(try #require(error))".contains(cause))
  }
}
