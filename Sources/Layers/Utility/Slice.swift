import CaffeProto
import Engine
import NetModel
import ONNX

/// A bottom cut into several tops along an axis (Caffe: slice_layer.cpp).
struct Slice: RunnableDescription, BottomDetermining, BottomTelling {
  static let type = "Slice"
  private let axis: Int
  private let field: String
  private let points: [Int]
  private let tops: Int

  /// Reads `axis` (or the old `slice_dim`) and `slice_point`.
  init(_ parameter: LayerParameter, in context: DescriptionContext) throws {
    let slice = parameter.sliceParam
    guard !(slice.hasAxis && slice.hasSliceDim) else {
      throw LayerError.field("slice_param.slice_dim", "is given beside axis")
    }
    try parameter.refuseInPlace()
    axis = slice.hasSliceDim ? slice.sliceDim : slice.axis
    field = slice.hasSliceDim ? "slice_param.slice_dim" : "slice_param.axis"
    points = slice.slicePoint
    tops = parameter.top.count
    guard points.isEmpty || points.count == tops - 1 else {
      throw LayerError.field("slice_param.slice_point", "\(points.count) points do not cut \(tops) tops")
    }
  }

  var arity: Arity { Arity(bottom: 1...1, top: 1...Int.max) }

  /// The bottom's, cut at the points, or in equal parts without points.
  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    let axis = try bottom[0].axis(axis, field: field)
    return try extents(bottom[0][axis], bottom[0]).map { bottom[0].replacing(axis: axis, with: $0) }
  }

  /// The bottom.
  static let determined: Set<Int> = [0]
  /// With a last part that is as long as the one before it.
  func shape(ofBottom index: Int, among bottom: [Shape]) -> Shape? {
    guard axis >= 0, let last = points.last else { return nil }
    let dims = bottom[0].dims + [Int](repeating: 1, count: max(0, axis + 1 - bottom[0].rank))
    return try? Shape(checking: dims).replacing(axis: axis, with: 2 * last - (points.dropLast().last ?? 0))
  }

  /// As the top, and along the axis as long as it is, or so long that the last part is as wanted.
  func shape(ofBottom index: Int, among bottom: [Shape], forTop top: Int, _ wanted: Shape) -> Shape? {
    guard let axis = try? bottom[0].axis(axis, field: field), axis < wanted.rank,
      let own = try? extents(bottom[0][axis], bottom[0])[top]
    else { return nil }
    if own == wanted[axis] { return wanted.replacing(axis: axis, with: bottom[0][axis]) }
    guard top == tops - 1, let last = points.last else { return nil }
    return wanted.replacing(axis: axis, with: last + wanted[axis])
  }

  private func extents(_ whole: Int, _ shape: Shape) throws -> [Int] {
    guard !points.isEmpty else {
      guard whole % tops == 0 else {
        throw LayerError.bottom(
          index: 0, shape: shape, "axis \(axis) cannot be cut into \(tops) equal parts: give slice_point")
      }
      return Array(repeating: whole / tops, count: tops)
    }
    let cuts = [0] + points + [whole]
    return try zip(cuts.dropFirst(), cuts).map { end, start in
      guard end > start else {
        throw LayerError.field(
          "slice_param.slice_point", "\(points) must rise and lie inside axis \(axis), which has \(whole) elements")
      }
      return end - start
    }
  }

  /// Along axis 1 every top has its range of channels; along another one all tops share the channels.
  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    guard let axis = try? bottom[0].axis(axis, field: field), axis == 1 else {
      return .pointwise(bottom, tops: tops)
    }
    var first = 0
    var map = ChannelMap([])
    for (index, shape) in top.enumerated() {
      map.relations.append(
        .carries(bottom: 0, bottomFirst: first, top: index, topFirst: 0, count: shape[1], spread: 1))
      first += shape[1]
    }
    return map
  }

  func constant(_ value: Float, channel: Int, blobs: [[Float]]) -> ConstantFate { .value(value) }

  /// Cuts where the tops now end; parts that are still equal need no points if they had none.
  func adapt(_ parameter: inout LayerParameter, bottom: [Shape], top: [Shape]) {
    guard let axis = try? bottom[0].axis(axis, field: field), axis == 1 else { return }
    guard !points.isEmpty || Set(top).count > 1 else { return }
    var end = 0
    parameter.sliceParam.slicePoint = top.dropLast().map { shape in
      end += shape[1]
      return end
    }
  }

  /// A layer that takes every layout whose blocks hold whole tops.
  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer {
    SliceLayer(self, try bottom[0].axis(axis, field: field), try topShapes(bottom))
  }
}

extension Slice: ONNXExporting {
  func export(_ layer: ExportedLayer) throws -> [Tensor] {
    guard tops > 1 else { return layer.bottom }
    let axis = try layer.described.bottomShapes[0].axis(axis, field: field)
    guard layer.bottomExtents[0][axis] != -1 else {
      throw ExportError.batch(layer: layer.name, "it cuts the batch into pieces")
    }
    return layer.node(
      "Split", [layer.bottom[0], layer.numbers(layer.topExtents.map { $0[axis] })], outputs: tops,
      attributes: ["axis": .int(axis)])
  }
}

/// Copies runs of memory.
final class SliceLayer: Layer {
  private let description: Slice
  private let axis: Int
  private let shapes: [Shape]

  init(_ description: Slice, _ axis: Int, _ shapes: [Shape]) {
    self.description = description
    self.axis = axis
    self.shapes = shapes
  }

  func layout(ofBottom index: Int, shape: Shape, offered: Layout) -> Layout {
    shapes.allSatisfy { AxisRuns($0, axis: axis, layout: offered) != nil } ? offered : .plain
  }

  var gradientNeeds: GradientNeeds { [] }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    for (blob, shape) in zip(top, try description.topShapes([bottom[0].shape])) {
      blob.reshape(shape, layout: bottom[0].layout)
    }
    if top.count == 1 {
      top[0].shareData(with: bottom[0])
      top[0].shareDiff(with: bottom[0])
    }
  }

  func forward(bottom: [Blob], top: [Blob]) throws {
    guard top.count > 1 else { return }
    for (part, runs) in zip(top, try PartRuns.all(of: bottom[0], parts: top, axis: axis)) {
      runs.take(bottom[0].data, into: part.mutableData)
    }
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    guard top.count > 1, propagateDown[0] else { return }
    for (part, runs) in zip(top, try PartRuns.all(of: bottom[0], parts: top, axis: axis)) {
      runs.put(part.diff, into: bottom[0].mutableDiff)
    }
  }
}
