/// Horizontal bars from zero, each a sum whose parts lie behind each other: what takes most, before and after.
public struct StackedBarChart: Chart {
  /// A part of every bar.
  public struct Part: Equatable, Sendable {
    var name: String
    /// One value per bar; nil where the bar has no such part.
    var values: [Double?]
  }

  /// What it shows.
  public let title: String
  /// How to read it.
  public var caption: String
  var xTitle: String
  var bars: [String]
  var parts: [Part]

  init(_ title: String, caption: String, x: String, bars: [String], _ parts: [Part]) {
    (self.title, self.caption, xTitle, self.bars, self.parts) = (title, caption, x, bars, parts)
  }

  /// All parts, those that share a colour together, and the whole.
  public var table: Table {
    let merged = shown.filter { part in !parts.contains { $0.name == part.name } }
    let rows = parts + merged + [Part(name: "all", values: bars.indices.map { sum($0) })]
    return Table(
      title, ["part"] + bars.map { "\($0), \(xTitle)" },
      rows: rows.map { [.init($0.name)] + $0.values.map { .init($0) } })
  }

  private func sum(_ bar: Int) -> Double { parts.reduce(0) { $0 + Self.length($1.values[bar]) } }

  /// The parts with a colour of their own, in their order, and one part for all others.
  var shown: [Part] {
    func size(_ part: Part) -> Double { part.values.reduce(0) { $0 + Self.length($1) } }
    guard parts.count > Self.mostParts else { return parts }
    let order = parts.indices.sorted { (-size(parts[$0]), $0) < (-size(parts[$1]), $1) }
    let large = Set(order.prefix(Self.mostParts - 1))
    let others = parts.indices.filter { !large.contains($0) }
    let sums = bars.indices.map { bar in others.reduce(0) { $0 + Self.length(parts[$1].values[bar]) } }
    return parts.indices.filter(large.contains).map { parts[$0] } + [Part(name: "\(others.count) others", values: sums)]
  }

  private static let mostParts = 6
  private static let width = 480.0
  private static let bar = (height: 22.0, step: 44.0)

  private static func length(_ value: Double?) -> Double { value.flatMap { $0.isFinite ? max(0, $0) : nil } ?? 0 }

  /// The bars, each below its name, and the names of the parts.
  public func draw() -> Drawing {
    let shown = shown
    let height = Double(bars.count) * Self.bar.step
    let legend = Double((shown.count + 1) / 2) * 18
    var drawing = Drawing(width: Self.width, height: height + 50 + legend)
    let sums = bars.indices.map(sum)
    let area = PlotArea(
      left: 8, top: 6, width: Self.width - 32, height: height, x: Axis(xTitle, sums, fromZero: true), y: Axis("", []))
    for tick in area.x.ticks() {
      let x = area.point(tick, 0).x
      drawing.line(.init(x: x, y: area.top), .init(x: x, y: area.top + height), "grid")
      drawing.text(tick.shown, at: .init(x: x, y: area.top + height + 16), "tick", .middle)
    }
    for (index, name) in bars.enumerated() {
      let top = area.top + Double(index) * Self.bar.step
      drawing.text("\(name.shortened(to: 50)): \(sums[index].shown)", at: .init(x: area.left, y: top + 12), "label")
      var sum = 0.0
      for (place, part) in shown.enumerated() {
        let value = Self.length(part.values[index])
        let from = area.point(sum, 0).x
        sum += value
        // A gap between parts keeps them apart in black and white.
        drawing.box(
          .init(x: from, y: top + 17), width: area.point(sum, 0).x - from - 1, height: Self.bar.height,
          Style.fill(place), title: "\(name), \(part.name): \(value.shown)")
      }
    }
    drawing.line(.init(x: area.left, y: area.top), .init(x: area.left, y: area.top + height), "axis")
    drawing.text(xTitle, at: .init(x: area.left + area.width, y: area.top + height + 32), "label", .end)
    for (place, part) in shown.enumerated() {
      let corner = Drawing.Point(
        x: area.left + Double(place % 2) * Self.width / 2, y: area.top + height + 40 + Double(place / 2) * 18)
      drawing.box(corner, width: 10, height: 10, Style.fill(place))
      let values = part.values.map { Self.length($0).shown }.joined(separator: " → ")
      drawing.text("\(part.name.shortened(to: 18)): \(values)", at: .init(x: corner.x + 15, y: corner.y + 9), "label")
    }
    return drawing
  }
}
