import NetModel

/// The geometry of a batch normalisation over axis 1; two-axis bottoms are (N, C, 1, 1).
public struct BatchNormShape: Hashable, Sendable {
  /// (N, C, H, W).
  public var shape: Shape
  /// Added to the variance.
  public var epsilon: Float
  /// The layout of bottom and top.
  public var layout: Layout
  /// Whether a learned factor and summand per channel follow.
  public var isAffine = false
  /// Whether max(y, 0) comes last.
  public var rectifies = false

  /// Makes a shape of a normalisation alone.
  public init(shape: Shape, epsilon: Float, layout: Layout) {
    self.shape = shape
    self.epsilon = epsilon
    self.layout = layout
  }
}

/// A batch normalisation: y = (x - mean) / sqrt(variance + epsilon), then scale y + shift and max(y, 0) where its shape
/// says so. `affine` is given exactly where the shape is affine. Passes without gradient may be in place.
public protocol BatchNormOperator: AnyObject {
  /// Normalises by the batch's own mean and biased variance, and gives them back (C floats each).
  func forwardTraining(
    bottom: Blob, top: Blob, affine: ChannelAffine?, mean: MutableFloatView, variance: MutableFloatView) throws
  /// Normalises by given statistics.
  func forward(bottom: Blob, top: Blob, affine: ChannelAffine?, mean: FloatView, variance: FloatView) throws
  /// The gradient after `forwardTraining`, with the bottom and the statistics as they were then. Those of the factors
  /// and summands are added to.
  func backwardTraining(top: Blob, bottom: Blob, affine: ChannelAffine?, mean: FloatView, variance: FloatView) throws
  /// The bottom's gradient where the statistics are constants, of a normalisation alone.
  func backward(top: Blob, bottom: Blob, variance: FloatView) throws
  /// The gradient after `forward` with the same statistics, which are constants, and with the bottom as it was then.
  /// Those of the factors and summands are added to.
  func backward(top: Blob, bottom: Blob, affine: ChannelAffine?, mean: FloatView, variance: FloatView) throws
}
