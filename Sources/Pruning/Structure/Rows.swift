import NetModel

/// Rows: filters, or output units of inner products.
public struct Rows: MatrixStructure {
  /// As in `Reg_Row`.
  public static let suffix = "Row"
  /// What the groups are called.
  public static let plural = "rows"

  /// Makes the structure.
  public init() {}

  func slices(_ matrix: WeightMatrix) -> (slices: Slices, count: Int) { (.rows(nil), matrix.rows) }

  /// What the layer makes, where a filter makes a channel of it.
  func sites(_ layer: DescribedLayer, in net: NetDescription, count: Int) -> [GroupSite] {
    zip(layer.top, layer.topShapes).filter { $1.rank > 1 && $1[1] == count }
      .map { net.site(ofBlob: $0.0, owners: Array(0..<count)) }
  }
}
