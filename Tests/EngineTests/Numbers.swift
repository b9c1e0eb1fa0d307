import Engine
import NetModel
import TestSupport
import Testing

/// Reproducible test data (a 64-bit linear congruential generator's upper bits).
struct Numbers {
  private var state: UInt64

  init(_ seed: UInt64 = 1) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

  private mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 33
  }

  /// Floats in -1 ..< 1.
  mutating func floats(_ count: Int) -> [Float] {
    (0..<count).map { _ in Float(next() % 20_000) / 10_000 - 1 }
  }

  /// Whole numbers in -3 ... 3, so that maxima have ties.
  mutating func small(_ count: Int) -> [Float] { (0..<count).map { _ in Float(next() % 7) - 3 } }
}

extension Blob {
  /// A blob with data, and gradient if given, in plain order.
  convenience init(_ shape: Shape, layout: Layout = .plain, _ data: [Float], diff: [Float]? = nil) {
    self.init(shape: shape, layout: layout)
    setPlainData(data)
    if let diff { setPlainDiff(diff) }
  }

  /// Whether every channel that only fills a block is zero, in data and gradient.
  var paddingIsZero: Bool {
    guard layout == .channelBlocked else { return true }
    let (values, gradients) = (plainData, plainDiff)
    let (copy, filled) = (Blob(shape: shape, layout: layout), physicalCount)
    copy.setPlainData(values)
    copy.setPlainDiff(gradients)
    return (0..<filled).allSatisfy { copy.data[$0] == data[$0] && copy.diff[$0] == diff[$0] }
  }
}

/// Expects two arrays to agree, relative to the larger value or to the mean magnitude, whichever is more.
func expectEqual(
  _ got: [Float], _ expected: [Float], _ label: String, _ tolerance: Double = 1e-5,
  at location: SourceLocation = #_sourceLocation
) {
  if let mismatch = mismatch(got, expected, within: tolerance, floor: 1, label) {
    Issue.record("\(mismatch)", sourceLocation: location)
  }
}
