import CaffeProto
import Engine
import NetModel
import ONNX

/// Cross-correlation of every bottom with learned filters (Caffe: `conv_layer.cpp`, `base_conv_layer.cpp`).
///
/// A bottom (N, C, H, W) becomes (N, num_output, H', W') with H' = (H + 2 pad - dilation (kernel - 1) - 1) / stride +
/// 1, rounded down; any other number of spatial axes will do.
struct Convolution: Convolving, PatchReading, BiasAdding {
  static let type = "Convolution"
  let fields: ConvolutionFields

  init(_ fields: ConvolutionFields) { self.fields = fields }

  /// Filters are rows.
  var filterAxis: Int { 0 }

  func extents(_ window: Window, of image: [Int], in shape: Shape, bottom: Int) throws -> [Int] {
    try window.positions(in: image, of: shape, bottom: bottom)
  }

  /// Of a depthwise convolution, whose blobs have one slice per channel.
  func constant(of values: [Float?], channel: Int, blobs: [[Float]]) -> ConstantFate {
    guard values.count == 1, !blobs.isEmpty, fields.group > 1 else {
      return .inexact("convolutions make their own channels")
    }
    let size = blobs[0].count / fields.numOutput
    let filter = blobs[0][(channel * size)..<((channel + 1) * size)]
    let bias = fields.hasBias ? blobs[1][channel] : 0
    if filter.allSatisfy({ $0 == 0 }) { return .value(bias) }
    guard let value = values[0] else { return .inexact("the channel is not a constant") }
    if value != 0, let foldObstacle { return .inexact(foldObstacle) }
    return .value(Float(filter.reduce(0.0) { $0 + Double($1) * Double(value) } + Double(bias)))
  }

  var foldObstacle: String? {
    fields.window.mayPad ? "its zero padding makes the border differ from the inside" : nil
  }

  func addBias(_ parameter: inout LayerParameter) { parameter.convolutionParam.biasTerm = true }

  func patches(_ bottom: Shape) -> Patches? {
    guard (try? fields.checkedAxis([bottom])) == 1, let window = try? fields.window.resolved(axes: bottom.rank - 2)
    else {
      return nil
    }
    return Patches(
      kernel: window.kernel, stride: window.stride, pad: window.pad, dilation: window.dilation, blocks: fields.group)
  }

  func makePlanarLayer(_ blobs: [Blob], in context: LayerContext) throws -> any Layer {
    ConvolutionLayer(self, blobs: blobs, context)
  }

  /// The backend's view of one bottom.
  func geometry(_ bottom: Shape, training: Bool) throws -> ConvolutionShape {
    let window = try fields.window.resolved(axes: 2)
    return ConvolutionShape(
      bottom: bottom, top: try topShapes([bottom])[0], kernel: .init(window.kernel), pad: .init(window.pad),
      stride: .init(window.stride), dilation: .init(window.dilation), group: fields.group, hasBias: fields.hasBias,
      training: training)
  }
}

extension ConvolutionShape.Pair {
  /// Makes a pair from two values.
  init(_ values: [Int]) { self.init(values[0], values[1]) }
}

extension Convolution: ONNXExporting {
  func export(_ layer: ExportedLayer) throws -> [Tensor] {
    try fields.export(layer, as: "Conv")
  }
}
