/// Single weights.
public struct Weights: MatrixStructure {
  /// As in `SFP_Weight`.
  public static let suffix = "Weight"
  /// What the groups are called.
  public static let plural = "weights"

  /// Makes the structure.
  public init() {}

  func slices(_ matrix: WeightMatrix) -> (slices: Slices, count: Int) { (.elements, matrix.rows * matrix.columns) }
}
