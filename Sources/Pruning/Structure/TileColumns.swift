/// Columns of tiles: one weight of each of 32 filters that follow one another, at the same place of the same channel.
/// The last tile of a block has the filters that are left.
///
/// It lies between a column and a single weight: a kernel computes 32 filters together, with a list of columns for
/// them.
public struct TileColumns: MatrixStructure {
  /// As in `Reg_TileCol`.
  public static let suffix = "TileCol"
  /// What the groups are called.
  public static let plural = "columns of tiles"
  /// The most filters of a tile.
  public static let height = 32

  /// Makes the structure.
  public init() {}

  func slices(_ matrix: WeightMatrix) -> (slices: Slices, count: Int) {
    (.tiles(Self.height), matrix.tiles(Self.height).count * matrix.columns)
  }
}
