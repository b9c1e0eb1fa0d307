import NetModel

/// A learnable blob of a net, once per owner: layers that share it by name add to the same gradient.
public final class Parameter {
  /// The values and the gradient, plain; in training, filters may lie in tiles until somebody looks at them.
  public let blob: Blob
  /// The layer that owns it.
  public let layer: String
  /// The owner's position in the net.
  public let layerIndex: Int
  /// Its position among the owner's blobs.
  public let index: Int
  /// What it is for.
  public let role: BlobSpec.Role
  /// Whether passes change it, and no gradient: it holds running statistics.
  public let isStatistic: Bool
  /// Multiplies the learning rate.
  public let lrMult: Float
  /// Multiplies the weight decay.
  public let decayMult: Float

  init(blob: Blob, described: DescribedLayer, layerIndex: Int, index: Int) {
    self.blob = blob
    self.layer = described.name
    self.layerIndex = layerIndex
    self.index = index
    let spec = described.blobs[index]
    role = spec.role
    isStatistic = spec.role == .channel && spec.defaultMultiplier == 0
    self.lrMult = described.lrMult(index)
    self.decayMult = described.decayMult(index)
  }
}

/// A parameter's gradient, or a piece of it, as ``Net/backward(consume:)`` hands it out.
public struct ParameterGradient {
  /// The parameter's number in ``Net/parameters``.
  public let parameter: Int
  /// The elements that are meant.
  public let range: Range<Int>
  /// Their gradients, which may be overwritten.
  public let values: MutableFloatView
  /// How they lie, if they are of filters in tiles; those are whole.
  public let tiles: FilterTiles?
}
