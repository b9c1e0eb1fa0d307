import CaffeProto
import Engine
import NetModel
import ONNX

/// Cross-correlation of every bottom with learned filters (Caffe: `conv_layer.cpp`, `base_conv_layer.cpp`).
///
/// A bottom (N, C, H, W) becomes (N, num_output, H', W') with H' = (H + 2 pad - dilation (kernel - 1) - 1) / stride + 1,
/// rounded down; any other number of spatial axes will do.
struct Convolution: RunnableDescription, FilterBearing, PatchReading, KernelShrinking, BiasAdding, DrawingLabelled {
  static let type = "Convolution"
  let fields: ConvolutionFields

  init(_ parameter: LayerParameter, in context: DescriptionContext) throws {
    try parameter.refuseInPlace()
    fields = try ConvolutionFields(parameter.convolutionParam)
    arity = parameter.topPerBottom
  }

  let arity: Arity

  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    let axis = try fields.checkedAxis(bottom)
    return try bottom.enumerated().map { index, shape in
      let image = Array(shape.dims[(axis + 1)...])
      let positions = try fields.window.resolved(axes: image.count).positions(in: image, of: shape, bottom: index)
      return try Shape(checking: shape.dims[..<axis] + [fields.numOutput] + positions, field: "convolution_param")
    }
  }

  func blobs(_ bottom: [Shape]) throws -> [BlobSpec] {
    let axis = try fields.checkedAxis(bottom)
    return try fields.blobs(outer: fields.numOutput, inner: bottom[0][axis], axes: bottom[0].rank - axis - 1)
  }

  /// Filters are rows.
  var filterAxis: Int { 0 }
  /// Convolution groups.
  func filterGroups(_ bottom: [Shape]) -> Int { fields.group }

  func cost(bottom: [Shape], top: [Shape]) -> Cost {
    guard let weight = try? blobs(bottom)[0].shape else { return Cost() }
    return Cost(multiplyAdds: top.reduce(0) { $0 + $1.count } * weight.count(from: 1))
  }

  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    guard (try? fields.checkedAxis(bottom)) == 1 else {
      return .holdsAll(bottom, "the convolution's channels are not on axis 1")
    }
    let channels = bottom[0][1]
    if fields.group == channels, fields.group > 1 {
      // Depthwise: a channel keeps its identity, its filters are its own.
      let spread = fields.numOutput / channels
      return ChannelMap(
        bottom.indices.flatMap { index -> [ChannelMap.Relation] in
          [
            .carries(bottom: index, bottomFirst: 0, top: index, topFirst: 0, count: channels, spread: spread),
            .modulates(top: index, blob: 0, axis: 0),
          ] + (fields.hasBias ? [.modulates(top: index, blob: 1, axis: 0)] : [])
        })
    }
    return ChannelMap(
      bottom.indices.flatMap { index -> [ChannelMap.Relation] in
        [
          .reads(bottom: index, blob: 0, axis: 1, groups: fields.group, spread: 1),
          .makes(top: index, blob: 0, axis: 0),
        ] + (fields.hasBias ? [.makes(top: index, blob: 1, axis: 0)] : [])
      })
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

  func adapt(_ parameter: inout LayerParameter, bottom: [Shape], top: [Shape]) {
    parameter.convolutionParam.numOutput = top[0].legacy(1)
    // Only a depthwise convolution can have fewer channels than groups: it has one for each.
    let channels = bottom[0].legacy(1)
    if channels < fields.group { parameter.convolutionParam.group = channels }
  }

  func addBias(_ parameter: inout LayerParameter) { parameter.convolutionParam.biasTerm = true }

  func patches(_ bottom: Shape) -> Patches? {
    guard (try? fields.checkedAxis([bottom])) == 1, let window = try? fields.window.resolved(axes: bottom.rank - 2)
    else {
      return nil
    }
    return Patches(
      kernel: window.kernel, stride: window.stride, pad: window.pad, dilation: window.dilation, groups: fields.group)
  }

  func kernelMargins(_ bottom: [Shape]) -> [Int]? {
    guard let axis = try? fields.checkedAxis(bottom) else { return nil }
    return fields.kernelMargins(axes: bottom[0].rank - axis - 1)
  }

  func shrinkKernel(_ parameter: inout LayerParameter, by margins: [Int]) {
    fields.shrinkKernel(&parameter.convolutionParam, by: margins)
  }

  static func drawingLabel(_ parameter: LayerParameter) -> DrawingLabel { parameter.convolutionParam.drawingLabel }

  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer {
    guard fields.isPlanar(bottom) else {
      return ColumnConvolutionLayer(fields, transposed: false, blobs: try makeBlobs(bottom), context.backend) {
        try topShapes([$0])[0]
      }
    }
    return ConvolutionLayer(self, blobs: try makeBlobs(bottom), context)
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
