import Base

/// Rows of text in aligned columns.
struct TextTable {
  private var rows: [[String]]
  private let rightAligned: Set<Int>

  /// - Parameters:
  ///   - head: the columns' names
  ///   - numbers: the columns that are aligned at the right
  init(_ head: [String], numbers: Set<Int>) {
    rows = [head]
    rightAligned = numbers
  }

  mutating func add(_ row: [String]) { rows.append(row.map { $0.printable(limit: Self.widest) }) }

  /// Characters of a cell.
  private static let widest = 200

  /// The lines, two spaces between columns, none at their ends.
  var lines: [String] {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        line += (column == 0 ? "" : "  ") + (rightAligned.contains(column) ? padding + cell : cell + padding)
      }
      while line.hasSuffix(" ") { line.removeLast() }
      return line
    }
  }
}
