/// Rows in equal blocks, and each block in tiles of so many rows; the last tile of a block has what is left.
public struct RowTiles: Hashable, Sendable {
  private let rowsPerBlock: Int
  private let height: Int
  private let tilesPerBlock: Int
  /// The number of tiles.
  public let count: Int

  /// Divides `rows`, a multiple of `blocks`, into tiles of at least one row.
  public init(rows: Int, blocks: Int, height: Int) {
    rowsPerBlock = max(1, rows / blocks)
    self.height = height
    tilesPerBlock = 1 + (rowsPerBlock - 1) / height
    count = blocks * tilesPerBlock
  }

  /// The tile in which a row lies.
  public func tile(ofRow row: Int) -> Int { row / rowsPerBlock * tilesPerBlock + row % rowsPerBlock / height }

  /// The rows of a tile.
  public func rows(of tile: Int) -> Range<Int> {
    let (block, place) = tile.quotientAndRemainder(dividingBy: tilesPerBlock)
    let first = place * height
    return block * rowsPerBlock + first..<block * rowsPerBlock + min(first + height, rowsPerBlock)
  }
}
