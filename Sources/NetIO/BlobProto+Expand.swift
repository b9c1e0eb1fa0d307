import Base
import CaffeProto

extension BlobProto {
  /// Rows and columns of a matrix: the first axis, and all others. Of the four extents of 2014 those in front that are
  /// 1 do not count, so that an inner product's are its outputs and inputs.
  ///
  /// - Returns: nil where there are no values, or more than can be counted
  var matrix: (rows: Int, columns: Int)? {
    let axes = hasLegacyShape ? Array(extents.drop { $0 == 1 }) : extents
    guard let count = elementCount(axes), count > 0, let rows = axes.first else { return nil }
    return (rows, count / rows)
  }

  /// Turns compact values to all values.
  ///
  /// - Returns: what is wrong with them
  mutating func expand() -> FormatError.Problem? {
    guard hasCompact else { return nil }
    guard data.isEmpty, rawData.isEmpty else { return .corrupt("it has compact values and others, too") }
    guard let (rows, columns) = matrix else {
      return .corrupt("compact values cannot be those of the shape \(extents)")
    }
    do { data = try compact.expanded(rows: rows, columns: columns) } catch { return error.problem }
    clearCompact()
    return nil
  }
}

extension CompactValues {
  /// The most values of the whole for each one in the file, so that a short file cannot ask for much memory.
  static let spread = 64

  /// All values of the matrix.
  func expanded(rows: Int, columns: Int) throws(CompactFault) -> Floats {
    let values = try listed()
    let (limit, count) = (Self.spread * values.count, rows * columns)
    guard count <= limit else {
      throw CompactFault(
        .overLimit(what: "of \(values.count) compact values, the whole's number", value: count, limit: limit))
    }
    guard group > 0, rows % group == 0, tile >= 0 else {
      throw CompactFault("\(rows) rows cannot come in \(group) groups with tiles of \(tile)")
    }
    let tiles = RowTiles(rows: rows, blocks: group, height: tile == 0 ? rows / group : tile)
    var isLive = [Bool](repeating: !hasRows, count: rows)
    if hasRows {
      var lists = IndexLists(self.rows, coding, name: "rows")
      for row in try lists.next(below: rows) { isLive[row] = true }
      try lists.finish()
    }
    let needed = try forEachTile(tiles, columns, isLive) { _, _ in }
    guard needed == values.count else {
      throw CompactFault("its lists ask for \(needed) compact values, but there are \(values.count)")
    }
    var failure: CompactFault?
    let whole = Floats(count: count) { whole in
      var place = 0
      do throws(CompactFault) {
        _ = try forEachTile(tiles, columns, isLive) { row, list in
          for column in list {
            whole[row * columns + column] = values[place]
            place += 1
          }
        }
      } catch { failure = error }
    }
    if let failure { throw failure }
    return whole
  }

  /// Calls `body` for the rows that are listed with their columns.
  ///
  /// - Returns: how many values they have together
  private func forEachTile(
    _ tiles: RowTiles, _ columns: Int, _ isLive: [Bool], _ body: (_ row: Int, _ columns: [Int]) -> Void
  ) throws(CompactFault) -> Int {
    var (lists, count) = (IndexLists(self.columns, coding, name: "columns"), 0)
    for tile in 0..<tiles.count {
      let list = try lists.next(below: columns)
      for row in tiles.rows(of: tile) where isLive[row] {
        body(row, list)
        count += list.count
      }
    }
    try lists.finish()
    return count
  }

  private func listed() throws(CompactFault) -> Floats {
    guard unknownFields.isEmpty else {
      throw CompactFault(.unsupported("a compact form with fields that this version does not know"))
    }
    guard hasHalf else { return data }
    guard data.isEmpty, half.count % 2 == 0 else {
      throw CompactFault("\(half.count) bytes of 16-bit floats beside \(data.count) of 32 bits are no compact values")
    }
    return Floats(
      stride(from: 0, to: half.count, by: 2).map { Half(bits: UInt16(half[$0]) | UInt16(half[$0 + 1]) << 8).float })
  }
}
