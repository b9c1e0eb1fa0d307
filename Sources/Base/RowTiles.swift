/// Rows in equal groups, and each group in tiles of so many rows; the last tile of a group has what is left.
public struct RowTiles: Hashable, Sendable {
  private let rowsPerGroup: Int
  private let height: Int
  private let tilesPerGroup: Int
  /// The number of tiles.
  public let count: Int

  /// Divides `rows`, a multiple of `groups`, into tiles of at least one row.
  public init(rows: Int, groups: Int, height: Int) {
    rowsPerGroup = max(1, rows / groups)
    self.height = height
    tilesPerGroup = 1 + (rowsPerGroup - 1) / height
    count = groups * tilesPerGroup
  }

  /// The tile in which a row lies.
  public func tile(ofRow row: Int) -> Int { row / rowsPerGroup * tilesPerGroup + row % rowsPerGroup / height }

  /// The rows of a tile.
  public func rows(of tile: Int) -> Range<Int> {
    let (group, place) = tile.quotientAndRemainder(dividingBy: tilesPerGroup)
    let first = place * height
    return group * rowsPerGroup + first..<group * rowsPerGroup + min(first + height, rowsPerGroup)
  }
}
