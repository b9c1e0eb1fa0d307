import NetModel

/// Kernel positions: the weights at one place of the kernel, of all filters and channels.
public struct Positions: MatrixStructure {
  /// As in `RegSpa_Col`, whose column stands for all channels.
  public static let suffix = "Pos"
  /// What the groups are called.
  public static let plural = "kernel positions"

  /// Makes the structure.
  public init() {}

  func slices(_ matrix: WeightMatrix) -> (slices: Slices, count: Int) {
    let columns = (0..<matrix.blocks * matrix.columns).map { $0 % matrix.columns % matrix.spatial }
    return (.columns(columns), matrix.spatial)
  }

  /// Also kernels of one position, without which nothing is left.
  public func obstacle(_ weight: FilterWeight) -> String? {
    if let transposition = weight.transposition { return transposition }
    return weight.shape.rank != 4 || weight.shape.count(from: 2) == 1
      ? "the layer has a single kernel position, without which nothing is left" : nil
  }
}
