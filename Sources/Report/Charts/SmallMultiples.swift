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
  /// Whether every panel has axes of its own, since its values are not to be held against those of others.
  var hasOwnAxes = false

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
    let shared = axes(of: panels)
    let words = "\(yTitle) over \(xTitle)"
    drawing.text(words, at: .init(x: 4, y: 14), "label")
    drawNames(&drawing, from: Double(words.count) * Drawing.characterWidth + 24)
    for (index, panel) in panels.enumerated() {
      let axes = hasOwnAxes ? self.axes(of: [panel]) : shared
      let (column, row) = (Double(index % columns), Double(index / columns))
      let area = PlotArea(
        left: column * Self.size.width + 34, top: row * Self.size.height + 40, width: Self.size.width - 46,
        height: Self.size.height - 42, x: axes.x, y: axes.y)
      area.drawAxes(&drawing, ticks: (2, hasOwnAxes ? 3 : 2), titles: false)
      if let rule = panel.rule {
        let place = area.point(axes.x.range.lowerBound, rule)
        drawing.line(place, .init(x: area.left + area.width, y: place.y), "mark")
      }
      var below = [Double](repeating: 0, count: panel.series.first?.x.count ?? 0)
      for one in panel.series {
        guard one.form == .columns else {
          drawing.path(one.path(in: area), Style.line(one.colour))
          continue
        }
        drawing.path(one.columns(in: area, on: below), Style.fill(one.colour))
        below = zip(below, one.y).map { $0 + $1 }
      }
      drawing.text(panel.title.shortened(to: 18), at: .init(x: area.left, y: area.top - 5), "label")
    }
    return drawing
  }

  private func axes(of panels: [Panel]) -> (x: Axis, y: Axis) {
    let all = panels.flatMap(\.series)
    let heights = panels.flatMap { panel -> [Double] in
      let columns = panel.series.filter { $0.form == .columns }
      guard let first = columns.first else { return panel.series.flatMap(\.y) }
      return columns.dropFirst().reduce(first.y) { sums, one in zip(sums, one.y).map { $0 + $1 } }
    }
    return (
      Axis(xTitle, all.flatMap { [$0.ends?.lowerBound, $0.ends?.upperBound].compactMap(\.self) }, tight: true),
      Axis(yTitle, heights + panels.compactMap(\.rule), fromZero: true)
    )
  }

  /// What the colours are, where there are several.
  private func drawNames(_ drawing: inout Drawing, from: Double) {
    let series = panels.first?.series ?? []
    guard series.count > 1 else { return }
    var x = from
    for one in series {
      drawing.box(.init(x: x, y: 5), width: 10, height: 10, Style.fill(one.colour))
      drawing.text(one.name, at: .init(x: x + 14, y: 14), "label")
      x += Double(one.name.count) * Drawing.characterWidth + 30
    }
  }
}
