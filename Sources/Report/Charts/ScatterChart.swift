/// Points between two axes: filled ones of our own, hollow ones of others, and a line along the best.
public struct ScatterChart: Chart {
  /// A point.
  public struct Mark: Equatable, Sendable {
    var name: String
    var x: Double
    var y: Double
    /// Where it comes from, shown where a mouse rests on it.
    var source: String
    /// Whether others have measured it.
    var isHollow = false
    /// How far it scatters along the vertical axis; nil for a single value.
    var spread: ClosedRange<Double>?
  }

  /// What it shows.
  public let title: String
  /// How to read it.
  public var caption: String
  var xTitle: String
  var yTitle: String
  var marks: [Mark]

  init(_ title: String, caption: String, x: String, y: String, _ marks: [Mark]) {
    (self.title, self.caption, xTitle, yTitle, self.marks) = (title, caption, x, y, marks)
  }

  /// All points.
  public var table: Table {
    Table(
      title, ["net", xTitle, yTitle, "from", "to", "source"],
      rows: marks.map { mark in
        [.init(mark.name), .init(mark.x), .init(mark.y)]
          + [.init(mark.spread?.lowerBound), .init(mark.spread?.upperBound), .init(mark.source)]
      }
    ).withoutEmptyColumns
  }

  /// The points of our own that no other point beats in both, with less on the horizontal axis and more on the vertical
  /// one.
  var frontier: [Mark] {
    var best = -Double.infinity
    return marks.filter { !$0.isHollow && $0.x.isFinite && $0.y.isFinite }.sorted { ($0.x, -$0.y) < ($1.x, -$1.y) }
      .filter { mark in
        defer { best = max(best, mark.y) }
        return mark.y > best
      }
  }

  private static let size = (width: 480.0, height: 320.0)
  private static let longestName = 22

  /// The points, each with its name where there is room.
  public func draw() -> Drawing {
    var drawing = Drawing(width: Self.size.width, height: Self.size.height)
    let area = PlotArea(
      left: 62, top: 24, width: Self.size.width - 82, height: Self.size.height - 66,
      x: Axis(xTitle, marks.map(\.x), fromZero: true),
      y: Axis(yTitle, marks.flatMap { [$0.y] + ($0.spread.map { [$0.lowerBound, $0.upperBound] } ?? []) }))
    area.drawAxes(&drawing)
    drawing.path(frontier.map { area.point($0.x, $0.y) }, "mark")
    // No name goes over a point.
    let marks = marks.filter { $0.x.isFinite && $0.y.isFinite }
    var taken = marks.map { mark -> (y: Double, from: Double, to: Double) in
      let place = area.point(mark.x, mark.y)
      return (y: place.y + 4, from: place.x - 5, to: place.x + 5)
    }
    for mark in marks {
      let place = area.point(mark.x, mark.y)
      if let spread = mark.spread {
        drawing.path(
          [area.point(mark.x, spread.lowerBound), area.point(mark.x, spread.upperBound)], Style.line(0))
      }
      drawing.dot(
        place, radius: 4, mark.isHollow ? "hollow c1" : Style.fill(0), title: "\(mark.name): \(mark.source)")
      let name = mark.name.shortened(to: Self.longestName)
      let isRight = place.x < area.left + area.width * 0.7
      let width = Double(name.count) * Drawing.characterWidth
      let from = isRight ? place.x + 8 : place.x - 8 - width
      // Beside the point, else above or below, where no other name is; nowhere, if all are taken.
      let heights = [4.0, -10, 18, -24, 32].map { place.y + $0 }.filter { $0 > area.top && $0 < area.top + area.height }
      guard
        let height = heights.first(where: { y in
          taken.allSatisfy { abs($0.y - y) > 12 || $0.from > from + width || from > $0.to }
        })
      else { continue }
      taken.append((y: height, from: from, to: from + width))
      drawing.text(
        name, at: .init(x: place.x + (isRight ? 8 : -8), y: height), "label", isRight ? .start : .end)
    }
    return drawing
  }
}
