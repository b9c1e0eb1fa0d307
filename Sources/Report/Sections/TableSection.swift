/// Tables of papers, and of ours, beside what came out of their rows here.
enum TableSection {
  static func make(_ data: ReportData) -> Page.Section {
    var section = Page.Section("tables", "Reproduced tables")
    for table in data.tables {
      let source = table.source.hasSuffix(".") ? table.source : table.source + "."
      var text = "\(table.name): \(table.title). Source: \(source)"
      if let row = table.rows.first, isOfOneKind(table) { text += " All rows: \(row.net) on \(row.data)." }
      section.say(text)
      if table.rowsWithoutRuns > 0 {
        section.say("Of this table \(table.rowsWithoutRuns) rows have no record, and are left out.")
      }
      section.add(figures(table))
      section.add(accuracies(table))
      section.add(losses(table))
    }
    return section
  }

  private static func isOfOneKind(_ table: TableFacts) -> Bool {
    Set(table.rows.map { [$0.net, $0.data] }).count == 1
  }

  private static func figures(_ table: TableFacts) -> Table {
    let isOfOneKind = isOfOneKind(table)
    return Table(
      "Rows of \(table.name): accuracies in %, mean and range of the seeds",
      [
        "row", "method", "seeds", "of the epochs", "end", "paper: pruned", "base", "paper: base", "before the cut",
        "behind it", "fewer multiply-adds", "paper: fewer", "fewer parameters", "net", "data",
      ],
      rows: table.rows.map { row in
        let scales = row.spread(\.scale).map(\.mean)
        return [
          .init(row.name), .init(row.method), .init(row.runs.count), .init(scales == 1 ? nil : scales),
          percent(row.spread(\.end)), .init(row.published?.pruned ?? ""), percent(row.spread(\.base)),
          .init(row.published?.base ?? ""), percent(row.spread(\.before)), percent(row.spread(\.after)),
          factor(row.spread { $0.multiplyAdds.before / $0.multiplyAdds.after }), .init(row.published?.speedup ?? ""),
          factor(row.spread { $0.parameters.before / $0.parameters.after }), .init(isOfOneKind ? "" : row.net),
          .init(isOfOneKind ? "" : row.data),
        ]
      })
  }

  private static func factor(_ spread: Spread?) -> Table.Cell {
    var cell = Table.Cell(spread?.mean)
    cell.text += cell.value == nil ? "" : "×"
    return cell
  }

  private static func percent(_ spread: Spread?) -> Table.Cell { spread?.percent ?? "" }

  private static func accuracies(_ table: TableFacts) -> DotChart {
    let isPublished = table.rows.contains { $0.published?.accuracy != nil }
    return DotChart(
      "Accuracy in the end, \(table.name)",
      caption: "Dots are means of the slim nets' accuracies on the test images, lines go from \(Spread.words)."
        + (isPublished ? " Hollow dots are what the paper prints." : "") + " The axis does not begin at 0.",
      x: "accuracy",
      table.rows.map { .init(label: $0.name, value: $0.spread(\.end), published: $0.published?.accuracy) })
  }

  private static func losses(_ table: TableFacts) -> DotChart {
    DotChart(
      "Accuracy behind the cut, \(table.name)",
      caption: "The same on the images that are kept apart for tests in between, as soon as the groups are gone."
        + " Rows without such a test are left out.", x: "accuracy",
      table.rows.compactMap { row in
        row.spread(\.after).map { .init(label: row.name, value: $0, published: nil) }
      })
  }
}
