import Base
import Glibc

/// Numbers along one side of a chart.
struct Axis {
  /// What it says of its numbers, with their unit.
  let title: String
  let isLogarithmic: Bool
  private(set) var range: ClosedRange<Double>

  /// An axis that holds all values, with some room at both ends.
  ///
  /// - Parameter fromZero: whether 0 belongs to it, as it does where lengths are compared
  init(
    _ title: String, _ values: some Sequence<Double>, isLogarithmic: Bool = false, fromZero: Bool = false,
    tight: Bool = false
  ) {
    (self.title, self.isLogarithmic) = (title, isLogarithmic)
    let values = values.filter { $0.isFinite && (!isLogarithmic || $0 > 0) }
    guard var low = values.min(), var high = values.max() else {
      range = isLogarithmic ? 0.1...1 : 0...1
      return
    }
    if isLogarithmic {
      (low, high) = (max(low / 1.2, .leastNormalMagnitude), min(high * 1.2, .greatestFiniteMagnitude))
    } else {
      if fromZero { (low, high) = (min(0, low), max(0, high)) }
      // The difference of numbers near the largest ones is infinite.
      if !(high - low).isFinite { (low, high) = (low / 4, high / 4) }
      if low == high { (low, high) = (low - max(0.5, low.magnitude / 10), high + max(0.5, high.magnitude / 10)) }
      let room = tight ? 0 : (high - low) * 0.05
      (low, high) = (fromZero && low == 0 ? 0 : low - room, high + room)
    }
    range = low...high
  }

  /// Where a value is, from 0 at the axis' beginning to 1 at its end; no number where it has no place.
  func place(_ value: Double) -> Double {
    guard value.isFinite, !isLogarithmic || value > 0 else { return .nan }
    guard isLogarithmic else { return (value - range.lowerBound) / (range.upperBound - range.lowerBound) }
    return log(value / range.lowerBound) / log(range.upperBound / range.lowerBound)
  }

  /// Round numbers along the axis, about `count` of them.
  func ticks(_ count: Int = 5) -> [Double] {
    if isLogarithmic {
      let (first, last) = (Int(log10(range.lowerBound).rounded(.up)), Int(log10(range.upperBound).rounded(.down)))
      let step = max(1, (last - first) / max(1, count) + 1)
      guard last - first < 700 else { return [] }
      let decades = first <= last ? stride(from: first, through: last, by: step).map { pow(10, Double($0)) } : []
      if decades.count > 2 { return decades }
      let fine = (first - 1...max(first, last)).flatMap { decade in [1, 2, 5].map { $0 * pow(10, Double(decade)) } }
      return fine.filter(range.contains)
    }
    let rough = (range.upperBound - range.lowerBound) / Double(max(1, count))
    let power = pow(10, floor(log10(rough)))
    guard power > 0, power.isFinite else { return [range.lowerBound] }
    let step = power * ([1, 2, 5].first { rough <= power * $0 } ?? 10)
    let (first, last) = ((range.lowerBound / step).rounded(.up), (range.upperBound / step).rounded(.down))
    return first <= last && last - first < 100 ? stride(from: first, through: last, by: 1).map { $0 * step } : []
  }
}

/// A rectangle of paper between two axes.
struct PlotArea {
  let left: Double
  let top: Double
  let width: Double
  let height: Double
  let x: Axis
  let y: Axis

  func point(_ x: Double, _ y: Double) -> Drawing.Point {
    .init(x: left + self.x.place(x) * width, y: top + (1 - self.y.place(y)) * height)
  }

  /// Draws lines at ticks, their numbers, both axes and their titles.
  func drawAxes(_ drawing: inout Drawing, ticks: (x: Int, y: Int) = (5, 5), titles: Bool = true) {
    for tick in y.ticks(ticks.y) {
      let place = point(x.range.lowerBound, tick)
      drawing.line(place, .init(x: left + width, y: place.y), "grid")
      drawing.text(tick.shown, at: .init(x: left - 5, y: place.y + 4), "tick", .end)
    }
    for tick in x.ticks(ticks.x) {
      let place = point(tick, y.range.lowerBound)
      drawing.line(.init(x: place.x, y: top + height), .init(x: place.x, y: top + height + 4), "axis")
      drawing.text(tick.shown, at: .init(x: place.x, y: top + height + 16), "tick", .middle)
    }
    drawing.line(.init(x: left, y: top), .init(x: left, y: top + height), "axis")
    drawing.line(.init(x: left, y: top + height), .init(x: left + width, y: top + height), "axis")
    guard titles else { return }
    drawing.text(y.title, at: .init(x: 4, y: 14), "label")
    drawing.text(x.title, at: .init(x: left + width, y: top + height + 33), "label", .end)
  }
}
