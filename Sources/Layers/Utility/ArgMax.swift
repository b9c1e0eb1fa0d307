import CaffeProto
import Engine
import NetModel
import ONNX

/// The positions, or the values, of the largest elements of every image or along an axis (Caffe: argmax_layer.cpp).
///
/// Of equal elements the one with the higher position comes first, as in stock Caffe. Without an axis the top is
/// (batch, 1, top_k), or (batch, 2, top_k) with positions and values.
struct ArgMax: RunnableDescription {
  static let type = "ArgMax"
  fileprivate let values: Bool
  fileprivate let topK: Int
  private let axis: Int?

  /// Reads `out_max_val`, `top_k` and `axis`.
  init(_ parameter: LayerParameter, in context: DescriptionContext) throws {
    let argMax = parameter.argmaxParam
    values = argMax.outMaxVal
    topK = argMax.topK
    axis = argMax.hasAxis ? argMax.axis : nil
    guard topK >= 1 else { throw LayerError.field("argmax_param.top_k", "must be at least 1") }
    try parameter.refuseInPlace()
  }

  var arity: Arity { .oneToOne }

  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    let (shape, axis) = (bottom[0], try self.axis(in: bottom[0]))
    let candidates = axis.map { shape[$0] } ?? shape.count(from: min(1, shape.rank))
    guard topK <= candidates, shape.rank > 0 else {
      throw LayerError.field("argmax_param.top_k", "\(topK) is more than the \(candidates) elements to choose from")
    }
    if let axis { return [shape.replacing(axis: axis, with: topK)] }
    var dims = [Int](repeating: 1, count: max(3, shape.rank))
    dims[0] = shape[0]
    if values { dims[1] = 2 }
    dims[2] = topK
    return [Shape(dims)]
  }

  fileprivate func axis(in shape: Shape) throws -> Int? {
    try axis.map { try shape.axis($0, field: "argmax_param.axis") }
  }

  /// Holds: the result is a position.
  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    .holdsAll(bottom, "ArgMax gives positions among the channels")
  }

  func allowsBackward(bottom index: Int) -> Bool { false }
  func makeLayer(_ bottom: [Shape], in context: LayerContext) -> any Layer { ArgMaxLayer(self) }
}

extension ArgMax: ONNXExporting {
  func export(_ layer: ExportedLayer) throws -> [Tensor] {
    let shape = layer.described.bottomShapes[0]
    let axis = try axis(in: shape) ?? 1
    // Without an axis there is one row of elements per image.
    let isFlat = self.axis == nil
    let x = isFlat ? layer("Flatten", layer.bottom[0], attributes: ["axis": .int(1)]) : layer.bottom[0]
    let candidates = isFlat ? shape.count(from: 1) : layer.bottomExtents[0][axis]
    guard candidates != -1 else { throw ExportError.batch(layer: layer.name, "it chooses within the batch") }
    // Of equal elements Caffe takes the last first, ONNX the first: so the other way round.
    let (step, last) = (layer.numbers([-1]), candidates - 1)
    let reversed = layer("Slice", x, layer.numbers([-1]), layer.numbers([-candidates - 1]), layer.numbers([axis]), step)
    let best = layer.node("TopK", [reversed, layer.numbers([topK])], outputs: 2, attributes: ["axis": .int(axis)])
    let positions = layer("Sub", layer.scalar(Float(last)), layer.asFloats(best[1]))
    guard isFlat else { return [values ? best[0] : positions] }
    let both = values ? layer.node("Concat", [positions, best[0]], attributes: ["axis": .int(1)])[0] : positions
    return [try layer.reshape(both, to: layer.topExtents[0])]
  }
}

/// Sorts.
final class ArgMaxLayer: Layer {
  private let description: ArgMax

  init(_ description: ArgMax) { self.description = description }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    top[0].reshape(try description.topShapes(bottom.map(\.shape))[0])
  }

  func forward(bottom: [Blob], top: [Blob]) throws {
    let (shape, topK) = (bottom[0].shape, description.topK)
    let axis = try description.axis(in: shape)
    let runs =
      axis.map { AxisRuns(shape, axis: $0) }
      ?? AxisRuns(outer: shape[0], extent: shape.count(from: 1), inner: 1)
    let (source, target) = (bottom[0].data, top[0].mutableData)
    for outer in 0..<runs.outer {
      for inner in 0..<runs.inner {
        let first = outer * runs.stride + inner
        let best = (0..<runs.extent).map { ($0, source[first + $0 * runs.inner]) }
          .sorted { $0.1 == $1.1 ? $0.0 > $1.0 : $0.1 > $1.1 }.prefix(topK)
        for (rank, (position, value)) in best.enumerated() {
          if axis == nil, description.values {
            target[2 * outer * topK + rank] = Float(position)
            target[(2 * outer + 1) * topK + rank] = value
          } else {
            target[(outer * topK + rank) * runs.inner + inner] = description.values ? value : Float(position)
          }
        }
      }
    }
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    if propagateDown[0] { throw noGradient("ArgMax", bottom: 0, bottom[0]) }
  }
}
