/// Accuracy against work and time, beside what others have published.
enum TradeOffSection {
  static func make(_ data: ReportData) -> Page.Section {
    var section = Page.Section("trade-off", "Trade-off")
    let nets = MeasuredNet.all(data)
    let work =
      nets.compactMap { net in
        point(net.label, net.multiplyAdds, net.accuracy, source: net.key)
      } + data.papers.compactMap { point($0.name, $0.multiplyAdds, $0.accuracy, source: $0.source, isHollow: true) }
    let times =
      nets.compactMap { net in
        point(net.label, net.milliseconds.max { $0.batch < $1.batch }?.value, net.accuracy, source: net.key)
      } + data.papers.compactMap { point($0.name, $0.milliseconds, $0.accuracy, source: $0.source, isHollow: true) }
    let published = data.papers.isEmpty ? "" : " Hollow points are published ones, with their sources in the table."
    for (marks, x) in [(work, "multiply-adds"), (times, "ms per image")] where marks.count > 1 {
      section.add(
        ScatterChart(
          "Accuracy over \(x)",
          caption: "The line joins nets that no other one of this report beats in both." + published, x: x,
          y: "accuracy",
          marks))
    }
    for table in data.tables { addRows(of: table, &section) }
    if section.blocks.isEmpty {
      section.say("No trade-off: it takes two nets that were both tested and measured (logs of 'test' and 'time').")
    }
    return section
  }

  /// Rows of a table, apart for every net and data set.
  private static func addRows(of table: TableFacts, _ section: inout Page.Section) {
    var kinds: [String] = []
    for row in table.rows where !kinds.contains(kind(row)) { kinds.append(kind(row)) }
    for name in kinds {
      let rows = table.rows.filter { kind($0) == name }
      let ours = rows.compactMap { row -> ScatterChart.Mark? in
        guard let work = row.spread(\.multiplyAdds.after), let end = row.spread(\.end) else { return nil }
        let source = "\(row.runs.count) run\(row.runs.count == 1 ? "" : "s") here"
        return .init(
          name: row.name, x: work.mean, y: end.mean, source: source, spread: end.count > 1 ? end.range : nil)
      }
      let theirs = rows.compactMap { row -> ScatterChart.Mark? in
        guard let whole = row.runs.first?.multiplyAdds.before, let factor = row.published?.factor, factor > 0 else {
          return nil
        }
        return point(
          "\(row.name), published", whole / factor, row.published?.accuracy, source: table.source, isHollow: true)
      }
      let bases = Dictionary(
        rows.flatMap(\.runs).compactMap { run in run.base.map { (run.seed, ($0, run.multiplyAdds.before)) } }
      ) { first, _ in first }.values
      let base = Spread(bases.map(\.0)).map { spread in
        ScatterChart.Mark(
          name: "before", x: bases.first?.1 ?? 0, y: spread.mean, source: "\(spread.count) base nets",
          spread: spread.count > 1 ? spread.range : nil)
      }
      guard ours.count > 1 else { continue }
      section.add(
        ScatterChart(
          "Accuracy over multiply-adds, \(table.name): \(name)",
          caption:
            "The line joins what no other row of this table beats in both; upright lines go from \(Spread.words)."
            + (theirs.isEmpty ? " Nobody has published points for these rows." : " Hollow points are published ones."),
          x: "multiply-adds", y: "accuracy", ours + [base].compactMap(\.self) + theirs))
    }
  }

  private static func kind(_ row: TableFacts.Row) -> String { "\(row.net) on \(row.data)" }

  private static func point(
    _ name: String, _ x: Double?, _ y: Double?, source: String, isHollow: Bool = false
  ) -> ScatterChart.Mark? {
    guard let x, let y else { return nil }
    return .init(name: name, x: x, y: y, source: source, isHollow: isHollow)
  }
}
