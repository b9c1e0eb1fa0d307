import CaffeProto
import Engine
import NetModel

/// A convolution or a transposed one: what both say in the same way.
///
/// Axis `filterAxis` of the weight counts the filters. The other one of its first two axes counts the channels that a
/// filter reads.
protocol Convolving: RunnableDescription, FilterBearing, KernelShrinking, DrawingLabelled, Unsupported {
  /// The layer's settings.
  var fields: ConvolutionFields { get }

  init(_ fields: ConvolutionFields)

  /// The extents of a top behind its channels.
  ///
  /// - Throws: `LayerError` where the window does not fit
  func extents(_ window: Window, of image: [Int], in shape: Shape, bottom: Int) throws -> [Int]

  /// The layer that runs on planar bottoms (see `ConvolutionFields/isPlanar(_:)`).
  func makePlanarLayer(_ blobs: [Blob], in context: LayerContext) throws -> any Layer
}

extension Convolving {
  init(_ parameter: LayerParameter, in context: DescriptionContext) throws {
    try parameter.requireTopPerBottom()
    try parameter.refuseInPlace()
    self.init(try ConvolutionFields(parameter.convolutionParam))
  }

  var arity: Arity { Arity(bottom: 1...Int.max, top: 1...Int.max) }

  /// That of forks whose bottoms are weights, too, or whose tops are masks.
  static func unsupported(_ layer: LayerParameter) -> String? {
    guard layer.bottom.count != layer.top.count, !layer.bottom.isEmpty, !layer.top.isEmpty else { return nil }
    return " with \(layer.bottom.count) bottoms and \(layer.top.count) tops"
  }

  func filterBlocks(_ bottom: [Shape]) -> Int { fields.group }

  private var isTransposed: Bool { filterAxis == 1 }

  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    let axis = try fields.checkedAxis(bottom)
    return try bottom.enumerated().map { index, shape in
      let image = Array(shape.dims[(axis + 1)...])
      let window = try fields.window.resolved(axes: image.count)
      let behind = try extents(window, of: image, in: shape, bottom: index)
      return try Shape(checking: shape.dims[..<axis] + [fields.numOutput] + behind, field: "convolution_param")
    }
  }

  func blobs(_ bottom: [Shape]) throws -> [BlobSpec] {
    let axis = try fields.checkedAxis(bottom)
    let (filters, channels) = (fields.numOutput, bottom[0][axis])
    return try fields.blobs(
      outer: isTransposed ? channels : filters, inner: isTransposed ? filters : channels,
      axes: bottom[0].rank - axis - 1)
  }

  /// The weight meets every position of the top, or of the bottom where it is transposed.
  func cost(bottom: [Shape], top: [Shape]) -> Cost {
    guard let weight = try? blobs(bottom)[0].shape else { return Cost() }
    return Cost(multiplyAdds: (isTransposed ? bottom : top).reduce(0) { $0 + $1.count } * weight.count(from: 1))
  }

  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    let name = Self.type.lowercased()
    guard (try? fields.checkedAxis(bottom)) == 1 else {
      return .holdsAll(bottom, "the \(name)'s channels are not on axis 1")
    }
    let channels = bottom[0][1]
    if fields.group == channels, fields.group > 1, !isTransposed || fields.numOutput == channels {
      // Depthwise: a channel keeps its identity, and its filters are its own.
      return map(bottom) {
        .carries(
          bottom: $0, bottomFirst: 0, top: $0, topFirst: 0, count: channels, spread: fields.numOutput / channels)
      } parameter: {
        .modulates(top: $0, blob: $1, axis: 0)
      }
    }
    guard fields.group == 1 || !isTransposed else {
      return .holdsAll(bottom, "a \(name) in groups keeps its channels")
    }
    return map(bottom) {
      .reads(bottom: $0, blob: 0, axis: 1 - filterAxis, blocks: fields.group, spread: 1)
    } parameter: {
      .makes(top: $0, blob: $1, axis: $1 == 0 ? filterAxis : 0)
    }
  }

  /// For every bottom its relation, and that of its top to the weight and to the bias.
  private func map(
    _ bottom: [Shape], _ relation: (_ index: Int) -> ChannelMap.Relation,
    parameter: (_ top: Int, _ blob: Int) -> ChannelMap.Relation
  ) -> ChannelMap {
    ChannelMap(
      bottom.indices.flatMap { index in
        [relation(index)] + (fields.hasBias ? [0, 1] : [0]).map { parameter(index, $0) }
      })
  }

  func adapt(_ parameter: inout LayerParameter, bottom: [Shape], top: [Shape]) {
    parameter.convolutionParam.numOutput = top[0].legacy(1)
    // Only a depthwise convolution can have fewer channels than groups: it has one for each.
    let channels = bottom[0].legacy(1)
    if channels < fields.group { parameter.convolutionParam.group = channels }
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
    let blobs = try makeBlobs(bottom)
    guard fields.isPlanar(bottom) else {
      return ColumnConvolutionLayer(fields, transposed: isTransposed, blobs: blobs, context.backend) {
        try topShapes([$0])[0]
      }
    }
    return try makePlanarLayer(blobs, in: context)
  }
}
