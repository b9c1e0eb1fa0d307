import Base

/// What random numbers that belong to samples are made of, the same on all ranks.
public struct SampleKey: Sendable {
  private let words: [UInt64]

  /// Of a run, and of what draws in it.
  public init(words: [UInt64]) { self.words = words }

  /// The random numbers that belong to something.
  public func random(_ place: [Int]) -> RandomSource {
    RandomSource(mixing: words + place.map { UInt64(bitPattern: Int64($0)) })
  }
}
