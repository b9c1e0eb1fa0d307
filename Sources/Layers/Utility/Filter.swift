import CaffeProto
import Engine
import NetModel

/// The images whose selector is not zero, of any number of blobs (Caffe: filter_layer.cpp). The last bottom is the
/// selector, (batch) or (batch, 1, 1, 1). The tops' batch size follows the data; it is described as the bottoms'.
struct Filter: RunnableDescription {
  static let type = "Filter"
  private let tops: Int

  init(_ parameter: LayerParameter, in context: DescriptionContext) throws {
    tops = parameter.top.count
    guard tops == parameter.bottom.count - 1 else {
      throw LayerError.field("top", "there must be one top per bottom but the last, \(parameter.bottom.count - 1)")
    }
    try parameter.refuseInPlace()
  }

  var arity: Arity { Arity(bottom: 2...Int.max, top: 1...Int.max) }

  /// The bottoms', as if all images were selected.
  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    let selector = bottom[tops]
    guard selector.rank > 0, selector.count == selector[0] else {
      throw LayerError.bottom(index: tops, shape: selector, "a selector must have one element per image")
    }
    for (index, shape) in bottom.enumerated() where shape.rank == 0 || shape[0] != selector[0] {
      throw LayerError.bottom(index: index, shape: shape, "must have as many images as the selector, \(selector[0])")
    }
    return Array(bottom.dropLast())
  }

  /// Every bottom's channels to its own top.
  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    ChannelMap(
      (0..<tops).map {
        .carries(bottom: $0, bottomFirst: 0, top: $0, topFirst: 0, count: bottom[$0].legacy(1), spread: 1)
      }
        + [.holds(bottom: tops, reason: "Filter reads a selector")])
  }

  func constant(_ value: Float, channel: Int, blobs: [[Float]]) -> ConstantFate { .value(value) }
  /// Not to the selector.
  func allowsBackward(bottom index: Int) -> Bool { index < tops }
  func makeLayer(_ bottom: [Shape], in context: LayerContext) -> any Layer { FilterLayer(self) }
}

/// Copies images.
final class FilterLayer: Layer {
  private let description: Filter
  private var selected: [Int] = []

  init(_ description: Filter) { self.description = description }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    for (blob, shape) in zip(top, try description.topShapes(bottom.map(\.shape))) { blob.reshape(shape) }
  }

  func forward(bottom: [Blob], top: [Blob]) {
    let selector = bottom[top.count].data
    selected = selector.indices.filter { selector[$0] != 0 }
    for (source, target) in zip(bottom, top) {
      target.reshape(source.shape.replacing(axis: 0, with: selected.count))
      let size = source.shape.count(from: 1)
      for (place, image) in selected.enumerated() {
        target.mutableData.part(place * size, count: size).copy(source.data.part(image * size, count: size))
      }
    }
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    if propagateDown[top.count] { throw noGradient("Filter", bottom: top.count, bottom[top.count]) }
    for (index, blob) in top.enumerated() where propagateDown[index] {
      let (gradient, size) = (bottom[index].mutableDiff, blob.shape.count(from: 1))
      gradient.fill(0)
      for (place, image) in selected.enumerated() {
        gradient.part(image * size, count: size).copy(blob.diff.part(place * size, count: size))
      }
    }
  }
}
