/// A row for each of many things, with its values as dots on one axis: ours, with how far they scatter, and what others
/// have published.
public struct DotChart: Chart {
  /// A row.
  public struct Row: Equatable, Sendable {
    var label: String
    var value: Spread?
    /// What others say; nil where nobody does.
    var published: Double?
  }

  /// What it shows.
  public let title: String
  /// How to read it.
  public var caption: String
  var xTitle: String
  var rows: [Row]

  init(_ title: String, caption: String, x: String, _ rows: [Row]) {
    (self.title, self.caption, xTitle, self.rows) = (title, caption, x, rows)
  }

  /// All values.
  public var table: Table {
    Table(
      title, ["row", xTitle, "from", "to", "runs", "published"],
      rows: rows.map { row in
        [
          .init(row.label), .init(row.value?.mean), .init(row.value?.range.lowerBound),
          .init(row.value?.range.upperBound), .init(row.value?.count), .init(row.published),
        ]
      }
    ).withoutEmptyColumns
  }

  private static let width = 480.0
  private static let step = 17.0
  private static let longestLabel = 22

  /// The rows, from above.
  public func draw() -> Drawing {
    let height = Double(rows.count) * Self.step
    var drawing = Drawing(width: Self.width, height: height + 46)
    let longest = rows.map { min($0.label.count, Self.longestLabel) }.max() ?? 0
    let left = Double(longest) * Drawing.characterWidth + 16
    let values = rows.flatMap { row in
      (row.value.map { [$0.range.lowerBound, $0.range.upperBound] } ?? []) + [row.published].compactMap(\.self)
    }
    let area = PlotArea(
      left: left, top: 6, width: Self.width - left - 16, height: height, x: Axis(xTitle, values), y: Axis("", []))
    for tick in area.x.ticks() {
      let x = area.point(tick, 0).x
      drawing.line(.init(x: x, y: area.top), .init(x: x, y: area.top + height), "grid")
      drawing.text(tick.shown, at: .init(x: x, y: area.top + height + 16), "tick", .middle)
    }
    for (index, row) in rows.enumerated() {
      let y = area.top + (Double(index) + 0.5) * Self.step
      drawing.text(row.label.shortened(to: Self.longestLabel), at: .init(x: left - 6, y: y + 4), "label", .end)
      if let value = row.value {
        let (low, high) = (area.point(value.range.lowerBound, 0).x, area.point(value.range.upperBound, 0).x)
        if value.count > 1, low.isFinite, high.isFinite {
          drawing.path([.init(x: low, y: y), .init(x: high, y: y)], Style.line(0))
        }
        drawing.dot(
          .init(x: area.point(value.mean, 0).x, y: y), radius: 3.6, Style.fill(0),
          title: "\(row.label): \(value.mean.shown)")
      }
      if let published = row.published {
        drawing.dot(
          .init(x: area.point(published, 0).x, y: y), radius: 4, "hollow c1",
          title: "\(row.label), published: \(published.shown)")
      }
    }
    drawing.line(.init(x: left, y: area.top), .init(x: left, y: area.top + height), "axis")
    drawing.text(xTitle, at: .init(x: area.left + area.width, y: area.top + height + 32), "label", .end)
    return drawing
  }
}
