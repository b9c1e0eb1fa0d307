/// Shapes on paper, in the order in which they are drawn, and their form as SVG. Colours come from classes (``Style``).
public struct Drawing: Sendable {
  /// A place: to the right and downwards.
  struct Point: Equatable {
    var x: Double
    var y: Double
  }

  /// Which end of a text stands at its place.
  enum Anchor: String {
    case start
    case middle
    case end
  }

  private let width: Double
  private let height: Double
  private var elements: [String] = []

  init(width: Double, height: Double) { (self.width, self.height) = (width, height) }

  /// The width of a character of a label, about.
  static let characterWidth = 6.3

  mutating func line(_ from: Point, _ to: Point, _ style: String) {
    elements.append(
      #"<line class="\#(style)" x1="\#(from.x.coordinate)" y1="\#(from.y.coordinate)" "#
        + #"x2="\#(to.x.coordinate)" y2="\#(to.y.coordinate)"/>"#)
  }

  /// A line through points; what is no number breaks it.
  mutating func path(_ points: [Point], _ style: String) {
    var (text, length) = ("", 0)
    for point in points {
      guard point.x.isFinite, point.y.isFinite else {
        // A single point is a dot: a line of no length with round ends.
        text += length == 1 ? "h0" : ""
        length = 0
        continue
      }
      text += (length > 0 ? "L" : "M") + point.x.coordinate + " " + point.y.coordinate
      length += 1
    }
    text += length == 1 ? "h0" : ""
    if !text.isEmpty { elements.append(#"<path class="\#(style)" d="\#(text)"/>"#) }
  }

  mutating func box(_ corner: Point, width: Double, height: Double, _ style: String, title: String? = nil) {
    let shape =
      #"<rect class="\#(style)" x="\#(corner.x.coordinate)" y="\#(corner.y.coordinate)" "#
      + #"width="\#(max(0, width).coordinate)" height="\#(max(0, height).coordinate)""#
    elements.append(shape + closing("rect", title))
  }

  mutating func dot(_ centre: Point, radius: Double, _ style: String, title: String? = nil) {
    guard centre.x.isFinite, centre.y.isFinite else { return }
    let shape =
      #"<circle class="\#(style)" cx="\#(centre.x.coordinate)" cy="\#(centre.y.coordinate)" r="\#(radius.coordinate)""#
    elements.append(shape + closing("circle", title))
  }

  mutating func text(_ text: String, at place: Point, _ style: String, _ anchor: Anchor = .start) {
    let end = anchor == .start ? "" : #" text-anchor="\#(anchor.rawValue)""#
    elements.append(
      #"<text class="\#(style)" x="\#(place.x.coordinate)" y="\#(place.y.coordinate)"\#(end)>\#(text.markup)</text>"#)
  }

  private func closing(_ name: String, _ title: String?) -> String {
    title.map { "><title>\($0.markup)</title></\(name)>" } ?? "/>"
  }

  /// The drawing as an SVG element, with what is read aloud.
  func svg(title: String, description: String, standalone: Bool) -> String {
    let head =
      standalone
      ? #"<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" "# : #"<svg class="chart" role="img" "#
    let style = standalone ? "<style>\(Style.charts)</style>\n" : ""
    return head + #"viewBox="0 0 \#(width.coordinate) \#(height.coordinate)">"# + "\n"
      + "<title>\(title.markup)</title>\n<desc>\(description.markupLines)</desc>\n" + style
      + elements.joined(separator: "\n") + "\n</svg>\n"
  }
}
