import Base

/// What `reproduce list`, `show` and `flops` print.
enum TableReport {
  /// A line per table.
  static func list(_ papers: PaperFolder) throws -> [String] {
    var table = TextTable(["table", "rows", "runs", "what"], numbers: [1, 2])
    for name in papers.names {
      let paper = try papers.table(name)
      let runs = paper.rows.count { $0.run != nil }
      table.add([name, "\(paper.rows.count)", "\(runs)", "\(paper.paper): \(paper.title)"])
    }
    return table.lines
  }

  /// The figures of a table as they are printed.
  static func show(_ table: PaperTable) -> [String] {
    var text = TextTable(
      ["row", "method", "net", "data", "base", "pruned", "cost", "status", "run"], numbers: [4, 5])
    for row in table.rows {
      let pruned = row.pruned.map { $0 + (row.spread.map { " +- \($0)" } ?? "") }
      let cost = CostColumn.allCases.compactMap { column in row.printed?[column].map { "\(column.rawValue) \($0)" } }
      text.add([
        row.row, row.method, row.net, row.data, both(row.base, row.baseTop5), both(pruned, row.prunedTop5),
        cost.isEmpty ? "-" : cost.joined(separator: ", "), row.status.rawValue, row.run == nil ? "-" : "yes",
      ])
    }
    return ["\(table.paper): \(table.title)", "source: \(table.source)"] + text.lines
  }

  private static func both(_ top1: String?, _ top5: String?) -> String {
    (top1 ?? "-") + (top5.map { " / \($0)" } ?? "")
  }

  /// A run's figures beside those of its row.
  static func result(_ record: RowRecord, _ row: PaperTable.Row) -> [String] {
    func percent(_ score: Score?) -> String { score.map { (100 * $0.top1).fixed(2) } ?? "-" }
    let ratio = (Double(record.multiplyAdds) / Double(max(1, record.slimMultiplyAdds))).fixed(2)
    return [
      "\(record.row), seed \(record.seed), \(record.method), \(record.net) on \(record.data), "
        + "\(record.imagesSeen) training images, caffe-increg \(record.version), \(record.seconds.fixed(0)) s",
      "  paper: base \(row.base ?? "-"), pruned \(row.pruned ?? "-"), \(row.printed?[.speedup] ?? "-") fewer multiply-adds",
      "  ours:  base \(percent(record.base)), before the cut \(percent(record.beforeCut)), behind it "
        + "\(percent(record.afterCut)), pruned \(percent(record.end)), \(ratio)x fewer multiply-adds",
    ]
  }

  /// The figures of cost beside ours, and how many are equal.
  struct Recount {
    var lines: [String] = []
    /// Figures that are the same to their last digit.
    var equal = 0
    /// Figures that differ, or cannot be counted, with a reason.
    var explained = 0
    /// Those without one.
    var unexplained = 0
  }

  /// Counts a table's costs anew.
  static func recount(_ table: PaperTable, _ papers: PaperFolder) throws -> Recount {
    var result = Recount()
    var text = TextTable(["row", "figure", "paper", "ours", "why"], numbers: [2, 3])
    for row in table.rows {
      let cost = try row.cost.map { try $0.count(papers, row: row.row) }
      for column in CostColumn.allCases {
        guard let printed = row.printed?[column] else { continue }
        let ours = cost.map { column.text($0, like: printed) }
        let isEqual = ours == printed
        if isEqual {
          result.equal += 1
        } else if row.why != nil {
          result.explained += 1
        } else {
          result.unexplained += 1
        }
        text.add([
          row.row, column.rawValue, printed, ours ?? "-",
          isEqual ? "the same" : row.why ?? "DIFFERENT, and nobody knows why",
        ])
      }
    }
    guard result.equal + result.explained + result.unexplained > 0 else {
      result.lines = ["table '\(table.name)' prints no cost"]
      return result
    }
    result.lines =
      text.lines + [
        "\(result.equal) figures are the same to their last digit, \(result.explained) are not for the reason given, "
          + "\(result.unexplained) for none"
      ]
    return result
  }
}
