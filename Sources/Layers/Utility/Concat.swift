import CaffeProto
import Engine
import NetModel
import ONNX

/// The bottoms one after the other along an axis (Caffe: concat_layer.cpp).
struct Concat: RunnableDescription, BottomTelling {
  static let type = "Concat"
  private let axis: Int
  private let field: String

  /// Reads `axis`, or the old `concat_dim`.
  init(_ parameter: LayerParameter, in context: DescriptionContext) throws {
    let concat = parameter.concatParam
    guard !(concat.hasAxis && concat.hasConcatDim) else {
      throw LayerError.field("concat_param.concat_dim", "is given beside axis")
    }
    try parameter.refuseInPlace()
    axis = concat.hasConcatDim ? concat.concatDim : concat.axis
    field = concat.hasConcatDim ? "concat_param.concat_dim" : "concat_param.axis"
  }

  var arity: Arity { Arity(bottom: 1...Int.max, top: 1...1) }

  /// The first bottom's, with the sum of all extents along the axis.
  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    let first = bottom[0]
    let axis = try first.axis(axis, field: field)
    for (index, shape) in bottom.enumerated() {
      guard shape.rank == first.rank, shape.replacing(axis: axis, with: first[axis]) == first else {
        throw LayerError.bottom(
          index: index, shape: shape, "must be like bottom 0, \(first), but for axis \(axis)")
      }
    }
    let extent = bottom.reduce(0) { $0 + $1[axis] }
    return [try Shape(checking: first.replacing(axis: axis, with: extent).dims, field: field)]
  }

  /// A share of the top where all bottoms are alike.
  func shape(ofBottom index: Int, among bottom: [Shape], forTop top: Int, _ wanted: Shape) -> Shape? {
    guard let axis = try? wanted.axis(axis, field: field), Set(bottom).count == 1, wanted[axis] % bottom.count == 0
    else { return nil }
    return wanted.replacing(axis: axis, with: wanted[axis] / bottom.count)
  }

  /// Along axis 1 every bottom's channels have their place in the top; along another one bottoms share their channels.
  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    guard let axis = try? bottom[0].axis(axis, field: field), axis == 1 else {
      return .pointwise(bottom, tops: 1)
    }
    var first = 0
    var map = ChannelMap([])
    for (index, shape) in bottom.enumerated() {
      map.relations.append(
        .carries(bottom: index, bottomFirst: 0, top: 0, topFirst: first, count: shape[1], spread: 1))
      first += shape[1]
    }
    return map
  }

  /// Unchanged where channels are concatenated; along another axis the channel also has other bottoms' values.
  func constant(_ value: Float, channel: Int, blobs: [[Float]]) -> ConstantFate {
    axis == 1 ? .value(value) : .inexact("Concat along axis \(axis) mixes the bottoms' values in a channel")
  }

  /// Along another axis than the channels', a constant where all bottoms have the same one.
  func constant(of values: [Float?], channel: Int, blobs: [[Float]]) -> ConstantFate {
    guard let first = values.first, let value = first, values.allSatisfy({ $0 == value }) else {
      return .inexact("Concat along axis \(axis) mixes the bottoms' values in a channel")
    }
    return .value(value)
  }

  /// A layer that takes every layout whose blocks hold whole slices.
  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer {
    ConcatLayer(try bottom[0].axis(axis, field: field), bottom)
  }
}

extension Concat: ONNXExporting {
  func export(_ layer: ExportedLayer) throws -> [Tensor] {
    let axis = try layer.described.bottomShapes[0].axis(axis, field: field)
    return layer.node("Concat", layer.bottom, attributes: ["axis": .int(axis)])
  }
}

/// Copies runs of memory: in the layout of the first bottom where all bottoms' slices are whole blocks in it.
final class ConcatLayer: Layer {
  private let axis: Int
  private let shapes: [Shape]
  private var layout = Layout.plain

  init(_ axis: Int, _ shapes: [Shape]) {
    self.axis = axis
    self.shapes = shapes
  }

  func layout(ofBottom index: Int, shape: Shape, offered: Layout) -> Layout {
    if index == 0 {
      let fits = shapes.allSatisfy { AxisRuns($0, axis: axis, layout: offered) != nil }
      layout = fits ? offered : .plain
    }
    return layout
  }

  var gradientNeeds: GradientNeeds { [] }

  func reshape(bottom: [Blob], top: [Blob]) {
    let extent = bottom.reduce(0) { $0 + $1.shape[axis] }
    top[0].reshape(bottom[0].shape.replacing(axis: axis, with: extent), layout: bottom[0].layout)
    if bottom.count == 1 {
      top[0].shareData(with: bottom[0])
      top[0].shareDiff(with: bottom[0])
    }
  }

  func forward(bottom: [Blob], top: [Blob]) throws {
    guard bottom.count > 1 else { return }
    for (part, runs) in zip(bottom, try PartRuns.all(of: top[0], parts: bottom, axis: axis)) {
      runs.put(part.data, into: top[0].mutableData)
    }
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    guard bottom.count > 1 else { return }
    for (index, runs) in try PartRuns.all(of: top[0], parts: bottom, axis: axis).enumerated() where propagateDown[index]
    {
      runs.take(top[0].diff, into: bottom[index].mutableDiff)
    }
  }
}
