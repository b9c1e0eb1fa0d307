import CaffeProto
import Engine
import NetModel
import ONNX

/// The images of a batch in another order, which may drop and repeat some (Caffe: batch_reindex_layer.cpp). Bottoms:
/// images, and the numbers of the images to take.
struct BatchReindex: RunnableDescription {
  static let type = "BatchReindex"

  init(_ parameter: LayerParameter, in context: DescriptionContext) throws {
    try parameter.refuseInPlace()
  }

  var arity: Arity { Arity(bottom: 2...2, top: 1...1) }

  /// The images' with as many images as there are numbers.
  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    guard bottom[0].rank > 0 else { throw LayerError.bottom(index: 0, shape: bottom[0], "has no batch axis") }
    guard bottom[1].rank == 1 else { throw LayerError.bottom(index: 1, shape: bottom[1], "must have one axis") }
    return [try Shape(checking: [bottom[1][0]] + bottom[0].dims.dropFirst(), field: "shape")]
  }

  /// The images' channels stay in place.
  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    ChannelMap(
      ChannelMap.pointwise([bottom[0]], tops: 1).relations
        + [.holds(bottom: 1, reason: "BatchReindex reads numbers of images")])
  }

  func constant(_ value: Float, channel: Int, blobs: [[Float]]) -> ConstantFate { .value(value) }
  /// Not to the numbers.
  func allowsBackward(bottom index: Int) -> Bool { index == 0 }
  func makeLayer(_ bottom: [Shape], in context: LayerContext) -> any Layer { BatchReindexLayer(self) }
}

extension BatchReindex: ONNXExporting {
  func export(_ layer: ExportedLayer) -> [Tensor] {
    [layer("Gather", layer.bottom[0], layer.asNumbers(layer.bottom[1]))]
  }
}

/// Copies images.
final class BatchReindexLayer: Layer {
  private let description: BatchReindex

  init(_ description: BatchReindex) { self.description = description }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    top[0].reshape(try description.topShapes(bottom.map(\.shape))[0])
  }

  func forward(bottom: [Blob], top: [Blob]) throws {
    let size = top[0].shape.count(from: 1)
    for (target, source) in try numbers(bottom).enumerated() {
      top[0].mutableData.part(target * size, count: size)
        .copy(bottom[0].data.part(source * size, count: size))
    }
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    if propagateDown[1] { throw noGradient("BatchReindex", bottom: 1, bottom[1]) }
    guard propagateDown[0] else { return }
    let size = top[0].shape.count(from: 1)
    let gradient = bottom[0].mutableDiff
    gradient.fill(0)
    for (target, source) in try numbers(bottom).enumerated() {
      gradient.part(source * size, count: size).add(1, times: top[0].diff.part(target * size, count: size))
    }
  }

  private func numbers(_ bottom: [Blob]) throws -> [Int] {
    let labels = Labels(bottom[1], classes: bottom[0].shape[0])
    return try (0..<bottom[1].count).compactMap { try labels.at($0) }
  }
}
