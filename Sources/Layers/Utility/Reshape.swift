import CaffeProto
import Engine
import NetModel
import ONNX

/// Some axes replaced by others with as many elements (Caffe: reshape_layer.cpp).
struct Reshape: RunnableDescription, Copying, OrderKeeping, BottomDetermining {
  static let type = "Reshape"
  private let dims: [Int]
  private let axis: Int
  private let axes: Int

  /// Reads `shape` (0 copies the bottom's extent, one -1 is inferred), `axis` and `num_axes`.
  init(_ parameter: LayerParameter, in context: DescriptionContext) throws {
    try parameter.refuseInPlace()
    dims = parameter.reshapeParam.shape.dim
    axis = parameter.reshapeParam.axis
    axes = parameter.reshapeParam.numAxes
    guard dims.filter({ $0 == -1 }).count <= 1 else {
      throw LayerError.field("reshape_param.shape", "\(dims) has more than one -1")
    }
    if let dim = dims.first(where: { $0 < -1 }) {
      throw LayerError.field("reshape_param.shape", "\(dim) is no extent")
    }
    guard axes >= -1 else {
      throw LayerError.field("reshape_param.num_axes", "must be at least 0, or -1 for all, not \(axes)")
    }
  }

  var arity: Arity { .oneToOne }

  /// The axes that are replaced. `axis` -1 appends after the last one.
  private func replaced(_ shape: Shape) throws -> Range<Int> {
    let first = axis >= 0 ? axis : shape.rank + axis + 1
    guard first >= 0, first <= shape.rank else {
      throw LayerError.field("reshape_param.axis", "\(axis) is out of range for the shape \(shape)")
    }
    guard axes <= shape.rank - first else {
      throw LayerError.field("reshape_param.num_axes", "\(axes) axes from axis \(axis) are not in the shape \(shape)")
    }
    return first..<(axes == -1 ? shape.rank : first + axes)
  }

  /// The bottom's with the replaced axes.
  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    let shape = bottom[0]
    let range = try replaced(shape)
    var new = dims
    for (index, dim) in dims.enumerated() where dim == 0 {
      guard range.lowerBound + index < shape.rank else {
        throw LayerError.field(
          "reshape_param.shape", "dim \(index) is 0, but the shape \(shape) has no axis there to copy")
      }
      new[index] = shape[range.lowerBound + index]
    }
    let around = shape.dims[..<range.lowerBound] + shape.dims[range.upperBound...]
    if let inferred = dims.firstIndex(of: -1) {
      new[inferred] = 1
      let explicit = try Shape(checking: around + new, field: "reshape_param.shape").count
      guard explicit > 0, shape.count % explicit == 0 else {
        throw LayerError.bottom(
          index: 0, shape: shape, "its elements do not divide by the \(explicit) of the extents in reshape_param.shape")
      }
      new[inferred] = shape.count / explicit
    }
    let top = try Shape(
      checking: shape.dims[..<range.lowerBound] + new + shape.dims[range.upperBound...],
      field: "reshape_param.shape")
    guard top.count == shape.count else {
      throw LayerError.bottom(
        index: 0, shape: shape, "has not as many elements as the shape \(top) that reshape_param.shape gives")
    }
    return [top]
  }

  static let determined: Set<Int> = [0]
  /// The bottom, where only the first extent is inferred.
  static func determined(of layer: LayerParameter) -> Set<Int> {
    let dims = layer.reshapeParam.shape.dim
    return dims.first == -1 && dims.count > 1 && dims.dropFirst().allSatisfy { $0 > 0 } ? [0] : []
  }
  /// As the shape that is given, where only its first extent is inferred: the bottom is as many of these.
  func shape(ofBottom index: Int, among bottom: [Shape]) -> Shape? {
    guard axis == 0, axes == -1, dims.first == -1, dims.count > 1, let batch = bottom[0].dims.first,
      dims.dropFirst().allSatisfy({ $0 > 0 })
    else { return nil }
    return try? Shape(checking: [batch] + dims.dropFirst(), field: "reshape_param.shape")
  }

  /// Carries channels in three cases: axis 1 stays; it is joined with positions behind it, so that a channel becomes
  /// several; or it is divided, so that several channels become one.
  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    let (from, to) = (bottom[0], top[0])
    guard from.rank > 1, to.rank > 1, from[0] == to[0], from[1] > 0, to[1] > 0,
      to[1] % from[1] == 0 || from[1] % to[1] == 0
    else { return .holdsAll(bottom, "Reshape does not keep the channels") }
    let block = from[1] / to[1]
    guard block > 1 else {
      return ChannelMap([
        .carries(bottom: 0, bottomFirst: 0, top: 0, topFirst: 0, count: from[1], spread: to[1] / from[1])
      ])
    }
    return ChannelMap(
      (0..<from[1]).map {
        .carries(bottom: 0, bottomFirst: $0, top: 0, topFirst: $0 / block, count: 1, spread: 1)
      })
  }

  /// Extents that are given as a number are those of the top.
  func adapt(_ parameter: inout LayerParameter, bottom: [Shape], top: [Shape]) {
    guard let range = try? replaced(bottom[0]) else { return }
    for index in dims.indices where dims[index] > 0 {
      parameter.reshapeParam.shape.dim[index] = top[0][range.lowerBound + index]
    }
  }

  func constant(_ value: Float, channel: Int, blobs: [[Float]]) -> ConstantFate { .value(value) }

  /// Of channels that become one, a constant where all have the same.
  func constant(of values: [Float?], channel: Int, blobs: [[Float]]) -> ConstantFate {
    guard let first = values.first, let value = first, values.allSatisfy({ $0 == value }) else {
      return .inexact("Reshape joins channels of different values")
    }
    return .value(value)
  }

  /// A layer that shares its bottom's memory.
  func makeLayer(_ bottom: [Shape], in context: LayerContext) -> any Layer { SharingLayer(topShapes) }
}

extension Reshape: ONNXExporting {
  func export(_ layer: ExportedLayer) throws -> [Tensor] {
    let same = layer.topExtents[0] == layer.bottomExtents[0]
    return [same ? layer.bottom[0] : try layer.reshape(layer.bottom[0], to: layer.topExtents[0])]
  }
}
