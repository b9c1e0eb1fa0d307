import Base
import Glibc

/// Tables of records, as documents hold them: nothing in them is typed in.
enum RecordReport {
  /// A table in Markdown: rows in the order of the paper's table, each with the mean of its runs and their spread.
  static func markdown(_ table: PaperTable, _ records: [RowRecord]) -> [String] {
    var lines = [
      "| row | method | seeds | multiply-adds | parameters | base | before the cut | behind it | end | paper |",
      "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for row in table.rows {
      let runs = newest(records.filter { $0.table == table.name && $0.row == row.row })
      guard let first = runs.first else {
        lines.append("| \(row.row) | \(row.method) | 0 | | | | | | | \(row.pruned ?? "") |")
        continue
      }
      let adds = runs.map { Double($0.multiplyAdds) / Double(max(1, $0.slimMultiplyAdds)) }
      let parameters = runs.map { Double($0.parameters) / Double(max(1, $0.slimParameters)) }
      let scale = first.epochsScale == 1 ? "" : ", \(first.epochsScale.logged) of the epochs"
      lines.append(
        "| \(row.row) | \(row.method) | \(runs.count)\(scale) | \(ratio(adds)) | \(ratio(parameters))"
          + " | \(text(runs.map(\.base))) | \(text(runs.map(\.beforeCut))) | \(text(runs.map(\.afterCut)))"
          + " | \(text(runs.map(\.end))) | \(row.pruned ?? "") |")
    }
    return lines
  }

  /// The last record of every seed, where all have the largest of the scales.
  static func newest(_ records: [RowRecord]) -> [RowRecord] {
    let scale = records.map(\.epochsScale).max()
    let bySeed = Dictionary(grouping: records.filter { $0.epochsScale == scale }) { $0.seed }
    return bySeed.sorted { $0.key < $1.key }.compactMap { $0.value.last }
  }

  private static func ratio(_ values: [Double]) -> String {
    "1/" + (values.reduce(0, +) / Double(values.count)).fixed(2)
  }

  /// Percent, with the spread (standard deviation of the sample) where there are several.
  static func text(_ scores: [Score?]) -> String {
    let values = scores.compactMap { $0.map { 100 * $0.top1 } }
    guard !values.isEmpty, values.count == scores.count else { return "" }
    let mean = values.reduce(0, +) / Double(values.count)
    guard values.count > 1 else { return mean.fixed(2) }
    let spread = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
    return "\(mean.fixed(2)) +- \(spread.fixed(2))"
  }

  /// The marks between which a document holds a table.
  static func marks(_ name: String) -> (begin: String, end: String) {
    ("<!-- reproduce report \(name) -->", "<!-- end of \(name) -->")
  }

  /// A document with what stands between the marks of tables made anew.
  ///
  /// - Throws: ``ReproduceError/file(_:_:)`` where there are no marks, or one of a pair is missing
  static func filled(_ document: String, from path: String, _ papers: PaperFolder, _ records: [RowRecord]) throws
    -> String
  {
    var lines = document.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var found = false
    for name in papers.names {
      let (begin, end) = marks(name)
      guard let first = lines.firstIndex(of: begin) else { continue }
      guard let last = lines[first...].firstIndex(of: end) else {
        throw ReproduceError.file("\(path):\(first + 1)", "the line '\(end)' is missing behind '\(begin)'")
      }
      found = true
      lines.replaceSubrange((first + 1)..<last, with: markdown(try papers.table(name), records))
    }
    guard found else { throw ReproduceError.file(path, "has no line like '\(marks("TABLE").begin)'") }
    return lines.joined(separator: "\n")
  }
}
