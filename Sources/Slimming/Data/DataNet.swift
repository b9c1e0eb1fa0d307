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
  ///   - weights: by layer
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

  /// Passes over whole batches of data, at least `images` of them, without computing anything.
  public func skip(images: Int) throws {
    let sources = net.description.dataLayers.map { net.layers[$0] }
    let batch = sources.lazy.compactMap { $0.top.first?.shape.dims.first }.first ?? 1
    for _ in stride(from: 0, to: images, by: max(1, batch)) {
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
