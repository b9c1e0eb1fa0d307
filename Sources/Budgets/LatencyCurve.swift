import Engine

/// The time of a layer by the channels that it reads and makes. At measured points it is what was measured. In between
/// it is bilinear, with a correction by the errors at the points around.
struct LatencyCurve {
  /// The channels of all bottoms, and of all tops.
  struct Point: Hashable, Comparable {
    let bottom: Int
    let top: Int

    static func < (a: Point, b: Point) -> Bool { (a.bottom, a.top) < (b.bottom, b.top) }
  }

  /// Milliseconds that were measured.
  private(set) var times: [Point: Double] = [:]
  /// Of the whole layer.
  private let whole: Point
  /// Of 1, bottom, top, bottom * top.
  private var plane = [0.0, 0, 0, 0]

  init(whole: Point) { self.whole = whole }

  /// Adds what was measured.
  mutating func add(_ measured: [Point: Double]) {
    guard !measured.isEmpty else { return }
    times.merge(measured) { $1 }
    fit()
  }

  /// The time at a point.
  func milliseconds(at point: Point) -> Double {
    if let time = times[point] { return time }
    guard let least = times.values.min() else { return 0 }
    let place = position(point)
    // The errors of the bilinear time at measured points, weighted by the inverse square of their distance.
    var (sum, weights) = (0.0, 0.0)
    for (known, time) in times {
      let other = position(known)
      let (x, y) = (place.0 - other.0, place.1 - other.1)
      let near = 1 / (x * x + y * y + 1e-9)
      let weight = near * near
      sum += weight * (time - onPlane(other))
      weights += weight
    }
    return max(least / 4, onPlane(place) + sum / weights)
  }

  private func position(_ point: Point) -> (Double, Double) {
    (Double(point.bottom) / Double(max(1, whole.bottom)), Double(point.top) / Double(max(1, whole.top)))
  }

  private func terms(_ place: (Double, Double)) -> [Double] { [1, place.0, place.1, place.0 * place.1] }

  private func onPlane(_ place: (Double, Double)) -> Double { zip(plane, terms(place)).reduce(0) { $0 + $1.0 * $1.1 } }

  /// Least squares. A small ridge chooses small coefficients where the points leave them open.
  private mutating func fit() {
    var equations = NormalEquations(inputs: plane.count, outputs: 1)
    for (point, time) in times.sorted(by: { $0.key < $1.key }) { equations.add(terms(position(point)), [time]) }
    let zeros = plane.map { _ in 0.0 }
    plane = equations.fit(ridge: 1e-6, near: zeros, hasIntercept: false)?.weights ?? zeros
  }
}
