/// What stays of a weight of which nothing more is pruned.
public struct FinalMask: Equatable, Sendable {
  /// Filters that may have a list of columns of their own: as many as a compact kernel computes together with good use of
  /// its vectors, and as columns of tiles have.
  public static let tileHeight = 32

  /// Its columns and rows.
  public let matrix: MatrixMask
  /// Its single weights, where some are masked for themselves.
  public let elements: ElementMask?

  /// Makes a mask.
  public init(_ matrix: MatrixMask, elements: ElementMask? = nil) { (self.matrix, self.elements) = (matrix, elements) }
}
