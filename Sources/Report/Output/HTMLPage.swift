/// A report as one file that loads nothing else: no script, picture or font.
enum HTMLPage {
  /// Rows of a chart's table that a page shows; JSON and CSV have all.
  private static let mostRows = 40
  /// Longer ones than this may break in a table.
  private static let longestWord = 30

  static func text(of page: Page) -> String {
    var lines = [
      "<!DOCTYPE html>", #"<html lang="en"><head><meta charset="utf-8">"#,
      #"<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">"#,
      #"<meta name="viewport" content="width=device-width, initial-scale=1">"#,
      "<title>\(page.title.markup)</title>", "<style>", Style.page, Style.charts, "</style></head><body>",
      "<h1>\(page.title.markup)</h1>",
      "<nav>" + page.sections.map { "<a href=\"#\($0.id)\">\($0.title.markup)</a>" }.joined() + "</nav>",
    ]
    for section in page.sections {
      lines.append("<section id=\"\(section.id)\"><h2>\(section.title.markup)</h2>")
      var isAmongCharts = false
      for block in section.blocks {
        // Charts that follow each other stand side by side where there is room.
        let isChart = if case .chart = block { true } else { false }
        if isChart != isAmongCharts { lines.append(isChart ? #"<div class="charts">"# : "</div>") }
        isAmongCharts = isChart
        lines.append(text(of: block))
      }
      if isAmongCharts { lines.append("</div>") }
      lines.append("</section>")
    }
    return (lines + ["<footer><p>\(page.tool.markup)</p></footer></body></html>", ""]).joined(separator: "\n")
  }

  private static func text(of block: Page.Block) -> String {
    switch block {
    case .text(let text): "<p>\(text.markupLines)</p>"
    case .table(let table): "<h3>\(table.title.markup)</h3>\n\(text(of: table))"
    case .chart(let chart):
      """
      <figure><h3>\(chart.title.markup)</h3><div class="wide">
      \(chart.svg(standalone: false))</div><figcaption>\(chart.caption.markupLines)</figcaption>
      \(numbers(of: chart.table))</figure>
      """
    case .code(let title, let words):
      "<details><summary>\(title.markup)</summary><pre>\(words.markupLines)</pre></details>"
    }
  }

  private static func text(of table: Table) -> String {
    let isNumber = table.columns.indices.map { column in
      table.rows.contains { column < $0.count && $0[column].value != nil }
    }
    // Long words, as of how a layer is computed, may break: they would push all else out of sight.
    let isLong = table.columns.indices.map { column in
      !isNumber[column] && table.rows.contains { column < $0.count && $0[column].text.count > longestWord }
    }
    func style(_ column: Int) -> String { isNumber[column] ? #" class="n""# : isLong[column] ? #" class="w""# : "" }
    let head = table.columns.enumerated().map { "<th scope=\"col\"\(style($0))>\($1.markup)</th>" }.joined()
    let rows = table.rows.map { row in
      "<tr>"
        + row.enumerated().map { "<td\(style($0))>\((isNumber[$0] ? glued($1.text) : $1.text).markup)\(bar($1))</td>" }
        .joined() + "</tr>"
    }
    return "<div class=\"wide\"><table><thead><tr>\(head)</tr></thead><tbody>\n"
      + rows.joined(separator: "\n") + "\n</tbody></table></div>"
  }

  /// A number may only break before its range, and before what it becomes.
  private static func glued(_ number: String) -> String {
    number.replacing(" ", with: "\u{a0}").replacing("\u{a0}(", with: " (").replacing("\u{a0}→", with: " →")
  }

  private static func bar(_ cell: Table.Cell) -> String {
    guard let share = cell.share, share.isFinite else { return "" }
    return "<span class=\"bar\" style=\"width:\((100 * min(1, max(0, share))).coordinate)%\"></span>"
  }

  private static func numbers(of table: Table) -> String {
    guard table.rows.count > mostRows else {
      return "<details><summary>Numbers</summary>\(text(of: table))</details>"
    }
    var some = table
    some.rows = (0..<mostRows).map { table.rows[$0 * (table.rows.count - 1) / (mostRows - 1)] }
    return
      "<details><summary>Numbers (some; all are in what --json and --csv write)</summary>\(text(of: some))</details>"
  }
}
