import CaffeProto
import Engine
import NetModel
import ONNX

/// A factor per image and channel times a blob, plus another blob (SENet's Caffe: `axpy_layer.cpp`).
///
/// Bottoms: factors (N, C) or (N, C, 1, 1), x and y (N, C, ...).
struct Axpy: RunnableDescription {
  static let type = "Axpy"

  init(_ parameter: LayerParameter, in context: DescriptionContext) throws { try parameter.refuseInPlace() }

  let arity = Arity(bottom: 3...3, top: 1...1)

  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    let (factors, x) = (bottom[0], bottom[1])
    guard x.rank >= 2 else { throw LayerError.bottom(index: 1, shape: x, "must have at least 2 axes") }
    guard factors.legacy(0) == x[0], factors.legacy(1) == x[1], factors.count == x[0] * x[1] else {
      throw LayerError.bottom(
        index: 0, shape: factors, "must have one factor per image and channel of bottom 1, which has the shape \(x)")
    }
    guard bottom[2] == x else {
      throw LayerError.bottom(index: 2, shape: bottom[2], "bottom 1 has the shape \(x): they must be equal")
    }
    return [x]
  }

  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap { .pointwise(bottom, tops: 1) }

  func constant(of values: [Float?], channel: Int, blobs: [[Float]]) -> ConstantFate {
    guard values.count == 3, let y = values[2] else { return .inexact("what is added is not a constant") }
    if values[0] == 0 || values[1] == 0 { return .value(y) }
    guard let factor = values[0], let x = values[1] else { return .inexact("the product is not a constant") }
    return .value(factor * x + y)
  }

  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer { AxpyLayer() }
}

extension Axpy: ONNXExporting {
  func export(_ layer: ExportedLayer) throws -> [Tensor] {
    let extents = layer.bottomExtents[1]
    let factors = try layer.reshape(
      layer.bottom[0], to: Array(extents[..<2]) + [Int](repeating: 1, count: extents.count - 2))
    return [layer("Add", layer("Mul", factors, layer.bottom[1]), layer.bottom[2])]
  }
}

/// The running layer, plain.
final class AxpyLayer: Layer {
  private var planes = 0
  private var size = 0

  func reshape(bottom: [Blob], top: [Blob]) {
    let shape = bottom[1].shape
    top[0].reshape(shape)
    (planes, size) = (shape[0] * shape[1], shape.count(from: 2))
  }

  func forward(bottom: [Blob], top: [Blob]) {
    for plane in 0..<planes {
      let (first, factor) = (plane * size, bottom[0].data[plane])
      map(
        bottom[1].data.part(first, count: size), bottom[2].data.part(first, count: size),
        top[0].mutableData.part(first, count: size)
      ) { x, y in factor * x + y }
    }
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) {
    let dy = top[0].diff
    for plane in 0..<planes {
      let (first, factor) = (plane * size, bottom[0].data[plane])
      let (x, dy) = (bottom[1].data.part(first, count: size), dy.part(first, count: size))
      if propagateDown[0] { bottom[0].mutableDiff[plane] = sum(size) { x[$0] * dy[$0] } }
      if propagateDown[1] { map(dy, bottom[1].mutableDiff.part(first, count: size)) { factor * $0 } }
    }
    if propagateDown[2] { bottom[2].mutableDiff.copy(dy) }
  }
}
