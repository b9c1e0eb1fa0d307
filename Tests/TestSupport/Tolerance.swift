/// Where two arrays differ by more than they may, with the worst element as evidence.
public struct Mismatch: CustomStringConvertible, Sendable {
  /// What was compared.
  public let label: String
  /// The number of elements on either side; where they differ the rest means nothing.
  public let counts: (got: Int, expected: Int)
  /// The worst element.
  public let index: Int
  /// Its value.
  public let got: Float
  /// What it should be.
  public let expected: Float
  /// How far off, relative.
  public let relative: Double
  /// How many elements are off by too much.
  public let failures: Int

  /// The evidence in one line.
  public var description: String {
    counts.got != counts.expected
      ? "\(label): \(counts.got) elements instead of \(counts.expected)"
      : "\(label): \(failures) of \(counts.got) elements differ, worst [\(index)]: \(got) instead of \(expected), "
        + "relative error \(relative)"
  }
}

/// Compares two arrays; nil where they agree.
///
/// An element's error is |got - expected| relative to the larger magnitude of the two, but to no less than `floor` times
/// the mean magnitude of the expected array: sums that cancel are as exact as their terms. Not-a-numbers and infinities
/// must be the same.
public func mismatch(
  _ got: some Collection<Float>, _ expected: some Collection<Float>, within tolerance: Double = 1e-4,
  floor: Double = 0.1, _ label: String = "array"
) -> Mismatch? {
  let (got, expected) = (Array(got), Array(expected))
  let counts = (got: got.count, expected: expected.count)
  guard got.count == expected.count else {
    return Mismatch(label: label, counts: counts, index: 0, got: 0, expected: 0, relative: .infinity, failures: 0)
  }
  let finite = expected.filter(\.isFinite)
  let mean = finite.reduce(0) { $0 + Double(abs($1)) } / Double(max(1, finite.count))
  var (worst, index, failures) = (0.0, 0, 0)
  for (i, (a, b)) in zip(got, expected).enumerated() {
    let error = relativeError(Double(a), Double(b), floor: floor * mean)
    if error > tolerance { failures += 1 }
    if error > worst { (worst, index) = (error, i) }
  }
  guard failures > 0 else { return nil }
  return Mismatch(
    label: label, counts: counts, index: index, got: got[index], expected: expected[index], relative: worst,
    failures: failures)
}

/// |a - b| relative to the larger of |a|, |b| and `floor`; infinite where only one is a number.
public func relativeError(_ a: Double, _ b: Double, floor: Double) -> Double {
  if a == b || (a.isNaN && b.isNaN) { return 0 }
  guard a.isFinite, b.isFinite else { return .infinity }
  return abs(a - b) / max(abs(a), abs(b), floor)
}

/// Whether two numbers are as near to each other as `relative`, times the larger magnitude, or `absolute` allows:
/// whichever is more. What is not a number is near to nothing.
public func isClose<T: BinaryFloatingPoint>(_ got: T, _ expected: T, relative: T = 0, absolute: T = 0) -> Bool {
  // Infinities have no difference.
  got == expected || abs(got - expected) <= max(relative * max(abs(got), abs(expected)), absolute)
}

/// Whether all elements are, of as many.
public func isClose<T: BinaryFloatingPoint>(
  _ got: some Collection<T>, _ expected: some Collection<T>, relative: T = 0, absolute: T = 0
) -> Bool {
  got.count == expected.count
    && zip(got, expected).allSatisfy { isClose($0, $1, relative: relative, absolute: absolute) }
}

/// The norm of the difference over the norm of what is expected; infinite where their counts differ.
public func relativeDistance(_ got: [Float], _ expected: [Float]) -> Double {
  guard got.count == expected.count else { return .infinity }
  func norm(_ values: some Sequence<Double>) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
  let difference = norm(zip(got, expected).map { Double($0) - Double($1) })
  return difference == 0 ? 0 : difference / norm(expected.map(Double.init))
}
