import Pruning

/// How much of a layer is masked; all are fractions of 1.
public struct MaskedRatio: Equatable, Sendable {
  /// Of the columns.
  public var columns: Float = 0
  /// Of the rows.
  public var rows: Float = 0
  /// Of the weights: columns + rows - columns * rows.
  public var overall: Float = 0

  /// Nothing is masked.
  public init() {}

  /// The ratios for these numbers of masked rows and columns.
  public init(rows maskedRows: Int, columns maskedColumns: Float, of matrix: WeightMatrix) {
    columns = maskedColumns / Float(matrix.columns)
    rows = Float(maskedRows) / Float(matrix.rows)
    overall = columns + rows - columns * rows
  }
}

/// Rows and columns that are counted more than once.
public struct TwiceCounted: Codable, Equatable, Sendable {
  /// Rows.
  public var rows = 0
  /// Columns, where each convolution group counts for its share.
  public var columns: Float = 0

  /// None.
  public init() {}

  /// Whether both can be numbers of rows and columns.
  var isPossible: Bool { IncRegError.isCount(rows) && columns.isFinite && columns.magnitude < 0x1p31 }
}
