import CaffeProto

/// A layer in its place in a net.
public struct DescribedLayer: Sendable {
  /// The layer's message, with automatic tops added.
  public let parameter: LayerParameter
  /// The type's own knowledge.
  public let description: any LayerDescription
  /// Indices of the bottoms in ``NetDescription/blobs``.
  public let bottom: [Int]
  /// Indices of the tops; an in-place layer's top is its bottom.
  public let top: [Int]
  /// The bottoms' shapes.
  public let bottomShapes: [Shape]
  /// The tops' shapes.
  public let topShapes: [Shape]
  /// The parameter blobs.
  public let blobs: [BlobSpec]
  /// The weight of every top in the objective.
  public let lossWeights: [Float]

  /// The layer's name.
  public var name: String { parameter.name }
  /// The layer's type.
  public var type: String { parameter.type }
  /// The cost of one forward pass over a batch.
  public var cost: Cost { description.cost(bottom: bottomShapes, top: topShapes) }
  /// How channels depend on each other.
  public var channelMap: ChannelMap { description.channelMap(bottom: bottomShapes, top: topShapes) }
  /// lr_mult of parameter blob `index`.
  public func lrMult(_ index: Int) -> Float {
    index < parameter.param.count && parameter.param[index].hasLrMult
      ? parameter.param[index].lrMult : blobs[index].defaultMultiplier
  }
  /// decay_mult of parameter blob `index`.
  public func decayMult(_ index: Int) -> Float {
    index < parameter.param.count && parameter.param[index].hasDecayMult
      ? parameter.param[index].decayMult : blobs[index].defaultMultiplier
  }
}
