/// The same two axes again and again, a panel for each of many.
public struct SmallMultiples: Chart {
  /// A panel.
  public struct Panel: Equatable, Sendable {
    var title: String
    var series: [Series]
    /// A horizontal line.
    var rule: Double?
  }

  /// What it shows.
  public let title: String
  /// How to read it.
  public var caption: String
  var xTitle: String
  var yTitle: String
  var panels: [Panel]

  init(_ title: String, caption: String, x: String, y: String, _ panels: [Panel]) {
    (self.title, self.caption, xTitle, yTitle, self.panels) = (title, caption, x, y, panels)
  }

  /// All points of all panels.
  public var table: Table {
    Table(
      title, ["panel", "series", xTitle, yTitle],
      rows: panels.flatMap { panel in panel.series.flatMap { $0.rows.map { [.init(panel.title)] + $0 } } })
  }

  private static let columns = 3
  private static let size = (width: 160.0, height: 118.0)

  /// The panels, row by row.
  public func draw() -> Drawing {
    let columns = min(Self.columns, max(1, panels.count))
    let rows = (panels.count + columns - 1) / columns
    var drawing = Drawing(width: Double(Self.columns) * Self.size.width, height: Double(rows) * Self.size.height + 42)
    let all = panels.flatMap(\.series)
    let x = Axis(xTitle, all.flatMap { [$0.x.min(), $0.x.max()].compactMap(\.self) }, tight: true)
    let y = Axis(yTitle, all.flatMap(\.y) + panels.compactMap(\.rule), fromZero: true)
    drawing.text("\(yTitle) over \(xTitle)", at: .init(x: 4, y: 14), "label")
    for (index, panel) in panels.enumerated() {
      let (column, row) = (Double(index % columns), Double(index / columns))
      let area = PlotArea(
        left: column * Self.size.width + 34, top: row * Self.size.height + 40, width: Self.size.width - 46,
        height: Self.size.height - 42, x: x, y: y)
      area.drawAxes(&drawing, ticks: (2, 2), titles: false)
      if let rule = panel.rule {
        let place = area.point(x.range.lowerBound, rule)
        drawing.line(place, .init(x: area.left + area.width, y: place.y), "mark")
      }
      for one in panel.series { drawing.path(one.path(in: area), Style.line(one.colour)) }
      let title = panel.title.count > 18 ? panel.title.prefix(17) + "…" : panel.title[...]
      drawing.text(String(title), at: .init(x: area.left, y: area.top - 5), "label")
    }
    return drawing
  }
}
