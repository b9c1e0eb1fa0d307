/// Rows: filters, or output units of inner products.
public struct Rows: MatrixStructure {
  /// As in `Reg_Row`.
  public static let suffix = "Row"
  /// What the groups are called.
  public static let plural = "rows"

  /// Makes the structure.
  public init() {}

  func slices(_ matrix: WeightMatrix) -> (slices: Slices, count: Int) { (.rows(nil), matrix.rows) }
}
