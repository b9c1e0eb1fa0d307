/// Rows of figures, as pages, JSON and CSV show them.
public struct Table: Equatable, Sendable {
  /// A figure or a word.
  public struct Cell: Equatable, Sendable, ExpressibleByStringInterpolation {
    /// What a page shows.
    public var text: String
    /// The number with all its digits; nil of words.
    public var value: Double?
    /// The length of a bar in the cell, in 0 ... 1.
    public var share: Double?

    /// A word.
    public init(stringLiteral text: String) { self.text = text }
    /// A word.
    public init(_ text: String) { self.text = text }
    /// A number; nothing where there is none.
    public init(_ value: Double?, share: Double? = nil) {
      (text, self.value, self.share) = (value?.shown ?? "", value, share)
    }
    /// A count; nothing where there is none.
    public init(_ value: Int?) { self.init(value.map { Double($0) }) }

    /// A number before and after, as one where they are the same.
    static func change(_ before: Double?, _ after: Double?) -> Cell {
      guard let before, let after, before.shown != after.shown else { return Cell(before ?? after) }
      var cell = Cell("\(before.shown) → \(after.shown)")
      cell.value = after
      return cell
    }
  }

  /// What it shows.
  public var title: String
  /// The columns' names.
  public var columns: [String]
  /// The rows, as long as the columns.
  public var rows: [[Cell]]

  /// The same without columns in which no row has anything.
  var withoutEmptyColumns: Table {
    let kept = columns.indices.filter { column in rows.contains { !$0[column].text.isEmpty } }
    return Table(title, kept.map { columns[$0] }, rows: rows.map { row in kept.map { row[$0] } })
  }

  /// Makes a table.
  public init(_ title: String, _ columns: [String], rows: [[Cell]] = []) {
    (self.title, self.columns, self.rows) = (title, columns, rows)
  }
}
