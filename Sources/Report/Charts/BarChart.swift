/// Horizontal bars from zero, one or more for each row: before and after.
public struct BarChart: Chart {
  /// A row of bars.
  public struct Row: Equatable, Sendable {
    var label: String
    /// One value per group; nil where there is none.
    var values: [Double?]
  }

  /// What it shows.
  public let title: String
  /// How to read it.
  public var caption: String
  var xTitle: String
  /// The names of what stands side by side.
  var groups: [String]
  var rows: [Row]

  init(_ title: String, caption: String, x: String, groups: [String], _ rows: [Row]) {
    (self.title, self.caption, xTitle, self.groups, self.rows) = (title, caption, x, groups, rows)
  }

  /// All values.
  public var table: Table {
    Table(
      title, [""] + groups.map { "\($0), \(xTitle)" },
      rows: rows.map { [.init($0.label)] + $0.values.map { .init($0) } })
  }

  private static let width = 480.0
  private static let bar = 9.0
  private static let longestLabel = 20

  /// The bars, with the groups' names above.
  public func draw() -> Drawing {
    let rowHeight = Double(groups.count) * Self.bar + 7
    let height = Double(rows.count) * rowHeight
    var drawing = Drawing(width: Self.width, height: height + 68)
    let longest = rows.map { min($0.label.count, Self.longestLabel) }.max() ?? 0
    let left = Double(longest) * Drawing.characterWidth + 16
    let area = PlotArea(
      left: left, top: 26, width: Self.width - left - 50, height: height,
      x: Axis(xTitle, rows.flatMap { $0.values.compactMap(\.self) }, fromZero: true), y: Axis("", []))
    var place = left
    for (index, group) in groups.enumerated() {
      drawing.box(.init(x: place, y: 6), width: 10, height: 10, Style.fill(index))
      drawing.text(group, at: .init(x: place + 14, y: 15), "label")
      place += Double(group.count) * Drawing.characterWidth + 34
    }
    for tick in area.x.ticks() {
      let x = area.point(tick, 0).x
      drawing.line(.init(x: x, y: area.top), .init(x: x, y: area.top + height), "grid")
      drawing.text(tick.shown, at: .init(x: x, y: area.top + height + 16), "tick", .middle)
    }
    for (index, row) in rows.enumerated() {
      let top = area.top + Double(index) * rowHeight + 3
      drawing.text(
        row.label.shortened(to: Self.longestLabel), at: .init(x: left - 6, y: top + rowHeight / 2 + 1), "label", .end)
      for (group, value) in row.values.enumerated() {
        guard let value, value.isFinite else { continue }
        let (zero, end) = (area.point(0, 0).x, area.point(value, 0).x)
        let corner = Drawing.Point(x: min(zero, end), y: top + Double(group) * Self.bar)
        drawing.box(
          corner, width: abs(end - zero), height: Self.bar - 1, Style.fill(group),
          title: "\(row.label), \(groups[group]): \(value.shown)")
      }
    }
    drawing.line(.init(x: left, y: area.top), .init(x: left, y: area.top + height), "axis")
    drawing.text(xTitle, at: .init(x: area.left + area.width, y: area.top + height + 34), "label", .end)
    return drawing
  }
}
