/// Columns: one weight of every filter, at the same place of the same channel, through all blocks of a group
/// convolution.
public struct Columns: MatrixStructure {
  /// As in `Reg_Col`.
  public static let suffix = "Col"
  /// What the groups are called.
  public static let plural = "columns"

  /// Makes the structure.
  public init() {}

  func slices(_ matrix: WeightMatrix) -> (slices: Slices, count: Int) { (.columns(nil), matrix.columns) }
}
