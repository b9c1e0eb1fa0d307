/// Input channels: all weights that read one channel, through all filters and, in group convolutions, through all
/// blocks.
public struct Inputs: MatrixStructure {
  /// As in `GReg-1_Input`.
  public static let suffix = "Input"
  /// What the groups are called.
  public static let plural = "input channels"

  /// Makes the structure.
  public init() {}

  func slices(_ matrix: WeightMatrix) -> (slices: Slices, count: Int) {
    let columns = (0..<matrix.blocks * matrix.columns).map { $0 % matrix.columns / matrix.spatial }
    return (.columns(columns), matrix.channels)
  }
}
