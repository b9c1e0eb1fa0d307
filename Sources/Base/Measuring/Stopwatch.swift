/// A clock for pieces of work; tests make their own time.
public struct Stopwatch: Sendable {
  private let now: @Sendable () -> Double

  /// - Parameter now: a clock that never goes back, in milliseconds
  public init(now: @escaping @Sendable () -> Double) { self.now = now }

  /// The system's.
  public static let monotonic = Stopwatch { ProgressLine.seconds() * 1000 }

  /// How long something takes.
  public func milliseconds(_ body: () throws -> Void) rethrows -> Double {
    let start = now()
    try body()
    return now() - start
  }
}
