/// Which slices of a weight's matrix belong to which group.
public enum Slices: Hashable, Sendable {
  /// The group of every row, -1 for none; nil where row r is group r.
  case rows([Int]?)
  /// The group of every column of every block, at block * columns + column, -1 for none; nil where column c of all
  /// blocks is group c.
  case columns([Int]?)
  /// Column c of tile t is group t * columns + c, where tiles are so many rows of one block, and the last tile of a block
  /// has what is left.
  case tiles(Int)

  /// Every element is a group of its own, in row-major order: the column of a tile of one row.
  public static let elements = Slices.tiles(1)

  /// Whether a group is neither rows nor columns of blocks, so that it is masked element by element.
  public var areElements: Bool { if case .tiles = self { true } else { false } }

  /// The group of an element; nil where it belongs to none.
  public func group(row: Int, column: Int, of matrix: WeightMatrix) -> Int? {
    switch self {
    case .rows(nil): row
    case .rows(let groups?): groups[row] < 0 ? nil : groups[row]
    case .columns(nil): column
    case .columns(let groups?):
      groups[matrix.block(ofRow: row) * matrix.columns + column] < 0
        ? nil : groups[matrix.block(ofRow: row) * matrix.columns + column]
    case .tiles(1): row * matrix.columns + column
    case .tiles(let height): matrix.tiles(height).tile(ofRow: row) * matrix.columns + column
    }
  }
}
