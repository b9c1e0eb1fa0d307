/// A picture of figures. A kind of chart is a file: a value that knows its figures and draws itself.
public protocol Chart: Sendable {
  /// What it shows.
  var title: String { get }
  /// How to read it, in a sentence.
  var caption: String { get }
  /// All its figures.
  var table: Table { get }
  /// The picture.
  func draw() -> Drawing
}

extension Chart {
  /// The picture as SVG.
  ///
  /// - Parameter standalone: whether it is a file of its own, which brings its styles along
  public func svg(standalone: Bool) -> String { draw().svg(title: title, description: caption, standalone: standalone) }
}
