import NetModel

/// Local response normalisation across channels: y = x / (k + alpha / size * sum of squares over the window)^beta.
public struct LocalResponseShape: Hashable, Sendable {
  /// (N, C, H, W).
  public var shape: Shape
  /// Channels in the window.
  public var size: Int
  /// alpha of the formula.
  public var alpha: Float
  /// beta of the formula.
  public var beta: Float
  /// k of the formula.
  public var k: Float
  /// The layout of bottom and top.
  public var layout: Layout

  /// Makes a shape.
  public init(shape: Shape, size: Int, alpha: Float, beta: Float, k: Float, layout: Layout) {
    self.shape = shape
    self.size = size
    self.alpha = alpha
    self.beta = beta
    self.k = k
    self.layout = layout
  }
}
