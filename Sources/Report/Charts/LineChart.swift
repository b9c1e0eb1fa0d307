/// Curves, with bands for stretches of the horizontal axis, and rules across.
public struct LineChart: Chart {
  /// A stretch of the horizontal axis.
  public struct Band: Equatable, Sendable {
    var from: Double
    var to: Double
    var label: String
  }

  /// A horizontal line.
  public struct Rule: Equatable, Sendable {
    var y: Double
    var label: String
  }

  /// What it shows.
  public let title: String
  /// How to read it.
  public var caption: String
  var xTitle: String
  var yTitle: String
  var series: [Series]
  var bands: [Band] = []
  var rules: [Rule] = []
  var yIsLogarithmic = false
  /// Where the vertical axis begins; nil for the smallest value. Smaller values are drawn at this one.
  var floor: Double?
  /// How far the horizontal axis goes at least.
  var xEnds: [Double] = []

  init(_ title: String, caption: String, x: String, y: String, _ series: [Series]) {
    (self.title, self.caption, xTitle, yTitle, self.series) = (title, caption, x, y, series)
  }

  /// All points.
  public var table: Table { Table(title, ["series", xTitle, yTitle], rows: series.flatMap(\.rows)) }

  private static let height = 300.0
  private static let width = 480.0

  /// The curves, each with its name at its end.
  public func draw() -> Drawing {
    var drawing = Drawing(width: Self.width, height: Self.height)
    let series = floor.map { floor in self.series.map { $0.raised(to: floor) } } ?? self.series
    let named = series.filter { $0.form != .raw && !$0.x.isEmpty }
    let longest = named.count > 1 ? named.map { min($0.name.count, Self.longestName) }.max() ?? 0 : 0
    let right = longest > 0 ? Double(longest) * Drawing.characterWidth + 26 : 14
    let values = series.flatMap(\.y) + rules.map(\.y)
    let ends = xEnds + series.flatMap { [$0.x.min(), $0.x.max()].compactMap(\.self) }
    let area = PlotArea(
      left: 62, top: bands.isEmpty ? 24 : 38, width: Self.width - 62 - right,
      height: Self.height - 42 - (bands.isEmpty ? 24 : 38),
      x: Axis(xTitle, ends, tight: true), y: Axis(yTitle, values, isLogarithmic: yIsLogarithmic))
    draw(bands, &drawing, area)
    area.drawAxes(&drawing)
    for rule in rules {
      let place = area.point(area.x.range.lowerBound, rule.y)
      drawing.line(place, .init(x: area.left + area.width, y: place.y), "mark")
      drawing.text(rule.label, at: .init(x: area.left + 4, y: place.y - 4), "tick")
    }
    for one in series {
      let style = Style.line(one.colour) + (one.form == .raw ? " raw" : "")
      drawing.path(one.path(in: area), style)
      if one.form == .dots && one.x.count <= 60 {
        for (x, y) in zip(one.x, one.y) { drawing.dot(area.point(x, y), radius: 2.2, Style.fill(one.colour)) }
      }
    }
    if longest > 0 { label(named, &drawing, area) }
    return drawing
  }

  private static let longestName = 18

  private func draw(_ bands: [Band], _ drawing: inout Drawing, _ area: PlotArea) {
    var free = -Double.infinity
    for (index, band) in bands.enumerated() {
      let (from, to) = (area.point(band.from, 0).x, area.point(band.to, 0).x)
      guard from.isFinite, to.isFinite else { continue }
      if index % 2 == 0 {
        drawing.box(.init(x: from, y: area.top), width: to - from, height: area.height, "band")
      }
      // A name that does not fit loses its stage, or is left out: the table of phases has it.
      let start = max(from + 1, free)
      let names = [band.label, band.label.split(separator: " ").dropFirst(2).joined(separator: " ")]
      guard
        let name = names.first(where: { name in
          !name.isEmpty && start + Double(name.count) * Drawing.characterWidth * 0.9 <= max(to, area.left + 1)
        })
      else { continue }
      drawing.text(name, at: .init(x: start, y: area.top - 4), "tick")
      free = start + Double(name.count) * Drawing.characterWidth + 4
    }
  }

  /// Names at the lines' ends, moved apart where they would overlap; those for which there is no room are left out.
  private func label(_ series: [Series], _ drawing: inout Drawing, _ area: PlotArea) {
    let step = 13.0
    var places: [(Series, Double)] = []
    for one in series {
      guard let last = one.y.indices.last(where: { one.y[$0].isFinite }) else { continue }
      places.append((one, area.point(one.x[last], one.y[last]).y))
    }
    places = Array(places.filter { $0.1.isFinite }.sorted { $0.1 < $1.1 }.prefix(Int(area.height / step)))
    var heights: [Double] = []
    for (_, y) in places { heights.append(max(y, (heights.last ?? area.top - step) + step)) }
    var limit = area.top + area.height
    for index in heights.indices.reversed() {
      heights[index] = min(heights[index], limit)
      limit = heights[index] - step
    }
    for ((one, _), y) in zip(places, heights) {
      let x = area.left + area.width + 5
      drawing.line(.init(x: x, y: y), .init(x: x + 12, y: y), Style.line(one.colour))
      drawing.text(one.name.shortened(to: Self.longestName), at: .init(x: x + 16, y: y + 4), "label")
    }
  }
}
