import CaffeProto
import Engine
import NetModel
import ONNX

/// The axes in another order (SSD's Caffe: `permute_layer.cpp`).
struct Permute: RunnableDescription, AxisMoving {
  static let type = "Permute"
  private let order: [Int]

  init(_ parameter: LayerParameter, in context: DescriptionContext) throws {
    try parameter.refuseInPlace()
    order = parameter.permuteParam.order
    guard Set(order).count == order.count else {
      throw LayerError.field("permute_param.order", "\(order) names an axis twice")
    }
  }

  let arity = Arity.oneToOne

  func axes(_ shape: Shape) throws -> [Int] {
    for axis in order where axis >= shape.rank {
      throw LayerError.field("permute_param.order", "\(axis) is no axis of the shape \(shape)")
    }
    return order + (0..<shape.rank).filter { !order.contains($0) }
  }

  func topShapes(_ bottom: [Shape]) throws -> [Shape] { [Shape(try axes(bottom[0]).map { bottom[0][$0] })] }

  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    guard bottom[0].rank > 1, let axes = try? axes(bottom[0]), axes[0] == 0, axes[1] == 1 else {
      return .holdsAll(bottom, "Permute moves the channels to another axis")
    }
    return .pointwise(bottom, tops: 1)
  }

  func constant(_ value: Float, channel: Int, blobs: [[Float]]) -> ConstantFate { .value(value) }

  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer { PermuteLayer(self) }
}

extension Permute: ONNXExporting {
  func export(_ layer: ExportedLayer) throws -> [Tensor] {
    [layer("Transpose", layer.bottom[0], attributes: ["perm": .ints(try axes(layer.described.bottomShapes[0]))])]
  }
}

/// The running layer, plain.
final class PermuteLayer: Layer {
  private let description: Permute
  /// Where each innermost row of the top begins in the bottom.
  private var rows: [Int] = []
  /// The top's innermost axis: its extent, and the distance of its elements in the bottom.
  private var (width, step) = (1, 1)

  init(_ description: Permute) { self.description = description }

  var gradientNeeds: GradientNeeds { [] }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    let shape = bottom[0].shape
    let axes = try description.axes(shape)
    top[0].reshape(try description.topShapes([shape])[0])
    rows = [0]
    for axis in axes.dropLast() {
      let stride = shape.count(from: axis + 1)
      rows = rows.flatMap { row in (0..<shape[axis]).map { row + $0 * stride } }
    }
    if let last = axes.last { (width, step) = (shape[last], shape.count(from: last + 1)) }
  }

  func forward(bottom: [Blob], top: [Blob]) {
    let (x, y) = (bottom[0].data, top[0].mutableData)
    for (row, first) in rows.enumerated() {
      for i in 0..<width { y[row * width + i] = x[first + i * step] }
    }
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) {
    guard propagateDown[0] else { return }
    let (dy, dx) = (top[0].diff, bottom[0].mutableDiff)
    for (row, first) in rows.enumerated() {
      for i in 0..<width { dx[first + i * step] = dy[row * width + i] }
    }
  }
}
