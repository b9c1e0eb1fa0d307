import Base
import Budgets
import Report

/// Draws a sensitivity map: a curve for every family, its accuracy over the share of channels that is left.
struct SensitivityDrawing {
  private let map: SensitivityMap
  private let name: String

  private static let (width, height, margin) = (640.0, 400.0, 50.0)
  private static let rowHeight = 16.0

  init(_ map: SensitivityMap, name: String) { (self.map, self.name) = (map, name) }

  /// The map as a table.
  var lines: [String] {
    let counts = "\(map.images) images, accuracy \(map.accuracy.logged); losses below \(map.resolution.logged) are none"
    return [counts]
      + map.families.map { family in
        let losses = map.losses(family).map { width, loss in
          "\(width): \(loss.isFinite ? loss.fixed(4) : "not tried")"
        }
        return "\(family.makers.joined(separator: ", ")): \(family.channels) channels; loss at "
          + (losses.isEmpty ? "no other width" : losses.joined(separator: ", "))
      }
  }

  /// The drawing, an SVG file.
  var text: String {
    let legend = Self.margin + Double(map.families.count) * Self.rowHeight
    let (width, height) = (Self.width + 240, max(Self.height, legend) + Self.margin)
    var lines = [
      #"<svg xmlns="http://www.w3.org/2000/svg" width="\#(width.fixed(0))" height="\#(height.fixed(0))" "#
        + #"font-family="sans-serif" font-size="12">"#,
      "<title>\(name.markup): accuracy by width</title>", #"<rect width="100%" height="100%" fill="white"/>"#,
    ]
    for tenths in stride(from: 0, through: 10, by: 2) { lines += tick(Double(tenths) / 10) }
    for (index, family) in map.families.enumerated() { lines += drawn(index, family) }
    return lines.joined(separator: "\n") + "\n</svg>\n"
  }

  /// A line of the grid, and what it is on both axes.
  private func tick(_ share: Double) -> [String] {
    let (x, y) = place(share, share * top)
    let (left, bottom, first) = (Self.margin, place(0, 0).1, place(0, top).1)
    return [
      #"<path d="M\#(x.fixed(1)) \#(first.fixed(1))V\#(bottom.fixed(1))" stroke="silver"/>"#,
      #"<text x="\#(x.fixed(1))" y="\#((bottom + 18).fixed(1))" text-anchor="middle">\#((100 * share).fixed(0)) %</text>"#,
      #"<text x="\#((left - 6).fixed(1))" y="\#((y + 4).fixed(1))" text-anchor="end">\#((share * top).fixed(2))</text>"#,
    ]
  }

  private var top: Double { max(map.accuracy, map.families.flatMap { $0.points.compactMap(\.accuracy) }.max() ?? 0) }

  private func place(_ share: Double, _ accuracy: Double) -> (Double, Double) {
    (
      Self.margin + share * (Self.width - 2 * Self.margin),
      Self.height - Self.margin - accuracy / max(top, .leastNormalMagnitude) * (Self.height - 2 * Self.margin)
    )
  }

  private func drawn(_ index: Int, _ family: SensitivityMap.Family) -> [String] {
    let colour = "hsl(\(index * 137 % 360),70%,40%)"
    let known = family.points.compactMap { point in
      point.accuracy.map { place(Double(point.width) / Double(max(1, family.channels)), $0) }
    }
    let points = ([place(1, map.accuracy)] + known).map { "\($0.0.fixed(1)),\($0.1.fixed(1))" }
    let y = Self.margin + Double(index) * Self.rowHeight
    return [
      #"<polyline points="\#(points.joined(separator: " "))" fill="none" stroke="\#(colour)"/>"#,
      #"<text x="\#(Self.width.fixed(0))" y="\#(y.fixed(1))" fill="\#(colour)">"#
        + family.makers.joined(separator: ", ").printable(limit: 40).markup + "</text>",
    ]
  }
}
