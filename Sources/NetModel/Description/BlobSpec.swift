import CaffeProto

/// One parameter blob of a layer.
public struct BlobSpec: Sendable {
  /// The blob's shape.
  public var shape: Shape
  /// How it is filled when no weights are given.
  public var filler: FillerParameter
  /// The lr_mult and decay_mult where the prototxt gives none: 1, but 0 for statistics that are not learned.
  public var defaultMultiplier: Float
  /// What the blob is for, in reports: `weight`, `bias`, `mean`.
  public var role: Role

  /// What a parameter blob is for.
  public enum Role: String, Hashable, Sendable {
    /// Multiplies the input; what pruning methods prune.
    case weight
    /// Added to the output.
    case bias
    /// Multiplies whole channels and nothing else: how much of each is passed on.
    case factor
    /// Bends or shifts whole channels, or holds their statistics.
    case channel
    /// Anything else.
    case other
  }

  /// Makes a blob specification.
  public init(shape: Shape, filler: FillerParameter, role: Role, defaultMultiplier: Float = 1) {
    self.shape = shape
    self.filler = filler
    self.role = role
    self.defaultMultiplier = defaultMultiplier
  }
}
