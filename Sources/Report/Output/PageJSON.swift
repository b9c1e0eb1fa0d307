import Base

/// All that a report says, as JSON (docs/report.md).
enum PageJSON {
  static func text(of page: Page) -> String {
    let whole = JSON.Value.object([
      ("title", .string(page.title)), ("tool", .string(page.tool)),
      (
        "sections",
        .list(
          page.sections.map { section in
            .object([
              ("id", .string(section.id)), ("title", .string(section.title)),
              ("blocks", .list(section.blocks.map(value))),
            ])
          })
      ),
    ])
    return whole.text + "\n"
  }

  private static func value(_ block: Page.Block) -> JSON.Value {
    switch block {
    case .text(let text): .object([("kind", .string("text")), ("text", .string(text))])
    case .table(let table): .object([("kind", .string("table"))] + fields(table))
    case .chart(let chart):
      .object([("kind", .string("chart")), ("caption", .string(chart.caption))] + fields(chart.table))
    case .code(let title, let text):
      .object([("kind", .string("code")), ("title", .string(title)), ("text", .string(text))])
    }
  }

  private static func fields(_ table: Table) -> [(name: String, value: JSON.Value)] {
    [
      ("title", .string(table.title)), ("columns", .list(table.columns.map { .string($0) })),
      (
        "rows",
        .list(
          table.rows.map { row in
            .list(
              row.map { cell in
                guard let value = cell.value else { return .string(cell.text) }
                return .object([("value", .number(value)), ("text", .string(cell.text))])
              })
          })
      ),
    ]
  }
}
