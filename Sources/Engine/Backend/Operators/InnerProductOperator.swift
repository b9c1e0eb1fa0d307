import NetModel

/// The geometry of an inner product: bottom (M, K), top (M, N).
public struct InnerProductShape: Hashable, Sendable {
  /// Rows of the bottom.
  public var m: Int
  /// Columns of the bottom.
  public var k: Int
  /// Columns of the top.
  public var n: Int
  /// Whether the weight is (K, N) instead of (N, K).
  public var transposed: Bool
  /// Whether there is a bias.
  public var hasBias: Bool
  /// False where no gradient will be asked for.
  public var training = true

  /// Makes a shape.
  public init(m: Int, k: Int, n: Int, transposed: Bool, hasBias: Bool) {
    self.m = m
    self.k = k
    self.n = n
    self.transposed = transposed
    self.hasBias = hasBias
  }
}

/// An inner product; everything is plain.
public protocol InnerProductOperator: AnyObject {
  /// Computes the top.
  func forward(bottom: Blob, weight: Blob, bias: Blob?, top: Blob) throws
  /// Computes the bottom's gradient.
  func backwardBottom(top: Blob, weight: Blob, bottom: Blob) throws
  /// Computes `rows` of the weight's gradient, or adds to what is in `gradient`.
  func backwardWeight(bottom: Blob, top: Blob, rows: Range<Int>, into gradient: MutableFloatView, adds: Bool) throws
  /// Adds to the bias' gradient.
  func backwardBias(top: Blob, bias: Blob) throws
  /// How it computes, as reports name it.
  var plan: String { get }
}

extension InnerProductOperator {
  /// Adds to the gradients of weight and bias; either may be left out.
  public func backwardParameters(bottom: Blob, top: Blob, weight: Blob?, bias: Blob?) throws {
    if let weight {
      let (gradient, startsAtZero) = weight.addingDiff()
      try backwardWeight(bottom: bottom, top: top, rows: 0..<weight.shape[0], into: gradient, adds: !startsAtZero)
    }
    if let bias { try backwardBias(top: top, bias: bias) }
  }
}
