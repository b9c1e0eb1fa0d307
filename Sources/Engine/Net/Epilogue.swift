/// What a layer does to a bottom, in a form in which the maker of that bottom can do it in its own pass over memory.
public enum Epilogue {
  /// y = scale[c] x + shift[c] over the channels c of axis 1; learned, nil means 1 and 0.
  case affine(ChannelAffine)
  /// y = (x - mean[c]) / deviation[c]: constants, made from the blobs `sources` when these have changed.
  case normalization(sources: [Blob], () -> (mean: [Float], deviation: [Float]))
  /// y = max(x, 0) + negativeSlope * min(x, 0).
  case rectifier(negativeSlope: Float)
  /// y = x + addend, in the same shape and layout. The addend is complete before. y may lie in the addend's memory, or
  /// in its own.
  case sum(addend: Blob)
}

/// A learned factor and summand per channel of axis 1; nil means 1 and 0.
public struct ChannelAffine {
  /// C factors.
  public let scale: Blob?
  /// C summands.
  public let shift: Blob?

  /// Makes a pair.
  public init(scale: Blob?, shift: Blob?) {
    self.scale = scale
    self.shift = shift
  }
}

/// How much of the work of the layer behind it a layer has taken over.
public enum Absorption: Sendable {
  /// None.
  case nothing
  /// Its forward pass. It computes its gradient itself, from the shared top.
  case forward
  /// All, the gradients of its parameters included.
  case everything
}
