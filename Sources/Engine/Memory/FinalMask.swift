/// What stays of a weight of which nothing more is pruned.
public struct FinalMask: Equatable, Sendable {
  /// Filters that may have a list of columns of their own. So many fill the vectors of a compact kernel, and so many
  /// have columns of tiles.
  public static let tileHeight = 32

  /// Its columns and rows.
  public let matrix: MatrixMask
  /// Its single weights, where some are masked for themselves.
  public let elements: ElementMask?

  /// The places of the elements that stay, row by row.
  public var living: [Int] {
    matrix.rows.indices.flatMap { row in
      (0..<matrix.width).compactMap { column in
        let place = row * matrix.width + column
        return matrix.factor(row: row, column: column) != 0 && elements?.keeps(place) != false ? place : nil
      }
    }
  }

  /// Makes a mask.
  public init(_ matrix: MatrixMask, elements: ElementMask? = nil) { (self.matrix, self.elements) = (matrix, elements) }
}
