/// Points that belong together, in the order in which they are joined.
public struct Series: Equatable, Sendable {
  /// How points are joined.
  public enum Form: Equatable, Sendable {
    /// By lines.
    case line
    /// By thin lines, of values that scatter.
    case raw
    /// A value holds until the next one.
    case steps
    /// By lines with a dot at each point.
    case dots
    /// Not at all: each is the height of a column around its place, and columns of further series stand on it.
    case columns
  }

  /// Its name.
  public var name: String
  /// The places.
  public var x: [Double]
  /// The values, as many.
  public var y: [Double]
  /// How they are joined.
  public var form: Form
  /// The number of its colour.
  public var colour: Int

  /// Makes a series.
  public init(_ name: String, x: [Double], y: [Double], form: Form = .line, colour: Int) {
    (self.name, self.x, self.y, self.form, self.colour) = (name, x, y, form, colour)
  }

  /// The same with at most about `count` points: of every stretch the smallest and the largest, so that nothing that
  /// sticks out is lost.
  func thinned(to count: Int) -> Series {
    guard x.count > max(4, count) else { return self }
    var (kept, stretches) = ([0], max(1, count / 2))
    stretches = min(stretches, x.count)
    for stretch in 0..<stretches {
      let range = stretch * x.count / stretches..<(stretch + 1) * x.count / stretches
      let finite = range.filter { y[$0].isFinite }
      guard let low = finite.min(by: { y[$0] < y[$1] }), let high = finite.max(by: { y[$0] < y[$1] }) else { continue }
      kept += low == high ? [low] : [min(low, high), max(low, high)]
    }
    kept.append(x.count - 1)
    var result = self
    var last = -1
    kept = kept.filter { index in
      defer { last = index }
      return index != last
    }
    (result.x, result.y) = (kept.map { x[$0] }, kept.map { y[$0] })
    return result
  }

  /// The same with means over `window` points around each.
  func smoothed(over window: Int) -> Series {
    var result = self
    result.form = .line
    guard window > 1 else { return result }
    var (sums, counts) = ([0.0], [0])
    for value in y {
      sums.append((sums.last ?? 0) + (value.isFinite ? value : 0))
      counts.append((counts.last ?? 0) + (value.isFinite ? 1 : 0))
    }
    result.y = y.indices.map { index in
      let (low, high) = (max(0, index - window / 2), min(y.count, index + window / 2 + 1))
      let count = counts[high] - counts[low]
      return count > 0 ? (sums[high] - sums[low]) / Double(count) : .nan
    }
    return result
  }

  /// The same with no value below `floor`.
  func raised(to floor: Double) -> Series {
    var result = self
    result.y = y.map { $0 < floor ? floor : $0 }
    return result
  }

  /// The points as lines through them go.
  func path(in area: PlotArea) -> [Drawing.Point] {
    guard form == .steps else { return zip(x, y).map { area.point($0, $1) } }
    var points: [Drawing.Point] = []
    for (x, y) in zip(x, y) {
      if let last = points.last { points.append(.init(x: area.point(x, y).x, y: last.y)) }
      points.append(area.point(x, y))
    }
    return points
  }

  /// From the smallest place to the largest one; of columns from edge to edge. Nil where there is none.
  var ends: ClosedRange<Double>? {
    guard let low = x.min(), let high = x.max(), low <= high else { return nil }
    return form == .columns ? low - halfColumn...high + halfColumn : low...high
  }

  private var halfColumn: Double { x.count > 1 ? abs(x[1] - x[0]) / 2 : 0.5 }

  /// The outline of columns that stand on `below`, from the lower left corner to the lower right one.
  func columns(in area: PlotArea, on below: [Double]) -> [Drawing.Point] {
    let half = halfColumn
    func edge(_ heights: [Double]) -> [Drawing.Point] {
      zip(x, heights).flatMap { [area.point($0 - half, $1), area.point($0 + half, $1)] }
    }
    return edge(zip(y, below).map { $0 + $1 }) + edge(below).reversed()
  }

  /// The points as rows of a table.
  var rows: [[Table.Cell]] { zip(x, y).map { [.init(name), .init($0), .init($1)] } }
}
