import Base
import CaffeProto
import Engine
import NetModel
import Pruning

/// A running net that reads its own data, for one-shot pruning where weights alone do not say enough.
public struct DataNet {
  /// The net.
  public let net: Net

  /// Builds the part of a net that a state selects.
  ///
  /// - Parameters:
  ///   - parameter: all phases
  ///   - state: the part of the net that is meant
  ///   - weights: by layer
  ///   - registry: the layer types
  ///   - backend: who computes
  ///   - use: what is looked at
  /// - Throws: ``PruneError/noData(layer:type:)`` where a layer's caller makes the data, or there is none; `NetError`, or
  ///   what reading the data throws
  public init(
    _ parameter: NetParameter, state: NetState, weights: [String: [WeightBlob]], registry: LayerRegistry,
    backend: any Backend, use: NetUse
  ) throws {
    var use = use
    use.fillsParameters = false
    let description = try NetDescription(parameter, state: state, registry: registry, splits: true)
    let sources = description.dataLayers.map { description.layers[$0] }
    for source in sources where source.description is any CallerFilled {
      throw PruneError.noData(layer: source.name, type: source.type)
    }
    guard !sources.isEmpty else { throw PruneError.noData(layer: nil, type: nil) }
    net = try Net(description, backend: backend, random: RandomSource(seed: 1), use: use)
    try net.borrow(weights)
  }

  /// The images that the data holds; nil where a source of them does not know.
  public var images: Int? {
    let sources = net.description.dataLayers.map { (net.layers[$0].layer as? any SampledLayer)?.samples }
    return sources.contains(nil) ? nil : sources.compactMap(\.self).min()
  }

  /// The images of a batch.
  public var batch: Int {
    max(1, net.description.dataLayers.lazy.compactMap { net.layers[$0].top.first?.shape.dims.first }.first ?? 1)
  }

  /// How many batches have so many images, at least one, and no more than the data holds.
  ///
  /// - Parameter images: how many are wanted
  public func batches(for images: Int) -> Int {
    let wanted = max(1, min(images, self.images ?? images, Int.max - batch))
    return (wanted + batch - 1) / batch
  }

  /// Passes over whole batches of data, at least `images` of them, without computing anything.
  public func skip(images: Int) throws {
    let sources = net.description.dataLayers.map { net.layers[$0] }
    for _ in stride(from: 0, to: images, by: batch) {
      for source in sources { _ = try source.forward() }
    }
  }
}

extension Net {
  /// Takes weights by layer without copying them; layers for which there are none keep what they have.
  ///
  /// - Throws: ``SlimError`` where a layer's blobs do not fit
  func borrow(_ weights: [String: [WeightBlob]]) throws {
    for layer in layers where !layer.layer.blobs.isEmpty {
      guard let given = weights[layer.described.name], let index = description.index(ofLayer: layer.described.name)
      else { continue }
      for (blob, weight) in zip(layer.layer.blobs, try description.fitting(given.map(\.message), layer: index)) {
        if let weight { blob.borrow(weight.data) }
      }
    }
  }
}
