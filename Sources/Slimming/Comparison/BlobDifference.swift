import NetModel

/// How far a blob of two nets is apart, over all batches so far.
struct BlobDifference {
  /// The blob's name.
  let name: String
  /// Whether there is a NaN in the first net's.
  private(set) var isUndefined = false
  private var absolute: Float = 0
  private var magnitude: Float = 0

  init(name: String) { self.name = name }

  /// The largest so far.
  var difference: Comparison.Difference {
    Comparison.Difference(
      blob: name, absolute: absolute,
      relative: absolute == 0 ? 0 : absolute / max(magnitude, .leastNormalMagnitude))
  }

  /// Adds a batch.
  mutating func add(_ x: [Float], _ y: [Float]) {
    for (u, v) in zip(x, y) {
      if u.isNaN { isUndefined = true }
      // A NaN on one side only counts as infinitely far; infinities are equal where both nets overflow.
      let difference = u == v || u.isNaN && v.isNaN ? 0 : abs(u - v)
      absolute = difference.isNaN ? .infinity : max(absolute, difference)
      magnitude = max(magnitude, abs(u))
    }
  }
}

/// How often the largest element of a row is the same in two nets.
struct Top1Agreement {
  private var rows = 0
  private var agreeing = 0

  /// The share of rows; nil if there were none.
  var share: Float? { rows == 0 ? nil : Float(agreeing) / Float(rows) }

  /// Adds a blob's rows, if it has two axes and more than one element in a row.
  mutating func add(_ x: [Float], _ y: [Float], shape: Shape) {
    guard shape.rank == 2, shape[1] > 1 else { return }
    for row in 0..<shape[0] {
      let range = (row * shape[1])..<((row + 1) * shape[1])
      rows += 1
      if range.max(by: { x[$0] < x[$1] }) == range.max(by: { y[$0] < y[$1] }) { agreeing += 1 }
    }
  }
}
