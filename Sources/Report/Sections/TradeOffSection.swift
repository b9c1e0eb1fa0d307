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
    if section.blocks.isEmpty {
      section.say("No trade-off: it takes two nets that were both tested and measured (logs of 'test' and 'time').")
    }
    return section
  }

  private static func point(
    _ name: String, _ x: Double?, _ y: Double?, source: String, isHollow: Bool = false
  ) -> ScatterChart.Mark? {
    guard let x, let y else { return nil }
    return .init(name: name, x: x, y: y, source: source, isHollow: isHollow)
  }
}
