/// A mean, and how far the values that it is of scatter.
public struct Spread: Equatable, Sendable {
  /// The mean.
  public let mean: Double
  /// From the smallest value to the largest one; of five values and more, one standard deviation to both sides.
  public let range: ClosedRange<Double>
  /// How many values there are.
  public let count: Int

  /// Nil where there is no value, or one that is no number.
  init?(_ values: [Double]) {
    guard let low = values.min(), let high = values.max(), values.allSatisfy(\.isFinite) else { return nil }
    let mean = values.reduce(0, +) / Double(values.count)
    (self.mean, count) = (mean, values.count)
    guard values.count >= 5 else {
      range = low...high
      return
    }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = (squares / Double(values.count - 1)).squareRoot()
    range = mean - deviation...mean + deviation
  }

  /// What the range is, in words.
  static let words = "the smallest to the largest of the seeds; of five seeds and more, one standard deviation"

  /// The mean in percent, with the range where there is one.
  var percent: Table.Cell {
    var cell = Table.Cell(100 * mean)
    if count > 1 { cell.text += " (\((100 * range.lowerBound).shown) to \((100 * range.upperBound).shown))" }
    return cell
  }
}
