import CaffeProto
import Engine
import NetModel
import ONNX

/// The axes from `axis` to `end_axis` as one (Caffe: flatten_layer.cpp).
struct Flatten: RunnableDescription, Copying {
  static let type = "Flatten"
  private let axis: Int
  private let endAxis: Int

  /// Reads `axis` and `end_axis`, both inclusive.
  init(_ parameter: LayerParameter, in context: DescriptionContext) throws {
    try parameter.refuseInPlace()
    axis = parameter.flattenParam.axis
    endAxis = parameter.flattenParam.endAxis
  }

  var arity: Arity { .oneToOne }

  /// The bottom's with the axes in range multiplied.
  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    let (first, last) = try range(bottom[0])
    let dims = bottom[0].dims
    return [Shape(dims[..<first] + [bottom[0].count(from: first, to: last + 1)] + dims[(last + 1)...])]
  }

  private func range(_ shape: Shape) throws -> (first: Int, last: Int) {
    let first = try shape.axis(axis, field: "flatten_param.axis")
    let last = try shape.axis(endAxis, field: "flatten_param.end_axis")
    guard last >= first else {
      throw LayerError.field("flatten_param.end_axis", "\(endAxis) comes before axis \(axis) in the shape \(shape)")
    }
    return (first, last)
  }

  /// Every channel to its positions.
  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    guard bottom[0].rank > 1, let (first, last) = try? range(bottom[0]), first > 0 || last == 0 else {
      return .holdsAll(bottom, "Flatten joins the channels with the batch")
    }
    let spread = first == 1 ? bottom[0].count(from: 2, to: last + 1) : 1
    return ChannelMap([
      .carries(bottom: 0, bottomFirst: 0, top: 0, topFirst: 0, count: bottom[0][1], spread: spread)
    ])
  }

  func constant(_ value: Float, channel: Int, blobs: [[Float]]) -> ConstantFate { .value(value) }

  /// A layer that shares its bottom's memory.
  func makeLayer(_ bottom: [Shape], in context: LayerContext) -> any Layer { SharingLayer(topShapes) }
}

extension Flatten: ONNXExporting {
  func export(_ layer: ExportedLayer) throws -> [Tensor] {
    let same = layer.topExtents[0] == layer.bottomExtents[0]
    return [same ? layer.bottom[0] : try layer.reshape(layer.bottom[0], to: layer.topExtents[0])]
  }
}

/// The bottom's memory under another shape (Flatten, Reshape).
final class SharingLayer: Layer {
  private let topShapes: ([Shape]) throws -> [Shape]

  /// - Parameter topShapes: the description's
  init(_ topShapes: @escaping ([Shape]) throws -> [Shape]) { self.topShapes = topShapes }

  var gradientNeeds: GradientNeeds { [] }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    let shape = try topShapes([bottom[0].shape])[0]
    guard shape.count == bottom[0].count else {
      throw LayerError.bottom(index: 0, shape: bottom[0].shape, "has not as many elements as the top's shape \(shape)")
    }
    top[0].reshape(shape)
    top[0].shareData(with: bottom[0])
    top[0].shareDiff(with: bottom[0])
  }

  func forward(bottom: [Blob], top: [Blob]) {}
  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) {}
}
