import CaffeProto
import Engine
import NetModel

/// A net before and after pruning, running over the same images of its own data.
struct TwinNets {
  /// As it was.
  let original: Net
  /// With masked weights, and those that are fitted anew.
  let pruned: Net
  /// The images that the data holds; nil where that is not known.
  let images: Int?
  private let batch: Int
  private let sources: [Int]
  private let start: [DataPosition?]

  init(
    _ parameter: NetParameter, state: NetState, original: [String: [WeightBlob]], pruned: [String: [WeightBlob]],
    registry: LayerRegistry, backend: any Backend
  ) throws {
    var use = NetUse.inference
    use.fusesLayers = false
    func data(_ weights: [String: [WeightBlob]]) throws -> DataNet {
      try DataNet(parameter, state: state, weights: weights, registry: registry, backend: backend, use: use)
    }
    let read = try data(original)
    let (whole, masked) = (read.net, try data(pruned).net)
    (images, batch) = (read.images, read.batch)
    (self.original, self.pruned) = (whole, masked)
    sources = whole.description.dataLayers
    start = sources.map { (whole.layers[$0].layer as? any PositionedLayer)?.position }
  }

  /// Runs both nets over the first images of the data.
  ///
  /// - Parameters:
  ///   - last: the last layer that runs, by its position; layers in place behind it have not run then
  ///   - body: called for every batch with the number of its first image and how many of it count
  func run(images: Int, to last: Int, _ body: (_ first: Int, _ count: Int) throws -> Void) throws {
    for (source, position) in zip(sources, start) {
      if let position { (original.layers[source].layer as? any PositionedLayer)?.position = position }
    }
    for first in stride(from: 0, to: images, by: batch) {
      for layer in original.layers[...last] { _ = try layer.forward() }
      for (index, layer) in pruned.layers[...last].enumerated() {
        guard sources.contains(index) else {
          _ = try layer.forward()
          continue
        }
        for (to, from) in zip(layer.top, original.layers[index].top) {
          to.reshape(from.shape)
          to.setPlainData(from.plainData)
        }
      }
      try body(first, min(batch, images - first))
    }
  }
}
