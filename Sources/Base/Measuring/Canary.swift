/// A short piece of work that uses only registers of one core, so that it always takes the same time. Where it takes
/// longer, another process has the core, or the clock rate has changed: what was timed beside it does not count.
public final class Canary {
  private let stopwatch: Stopwatch
  private let work: () -> Void
  private var shortest = Double.infinity

  /// How much longer than its shortest time it may take.
  private static let nearly = 1.02

  /// - Parameters:
  ///   - stopwatch: a clock
  ///   - work: some 0.2 ms of work; nil for the usual
  public init(_ stopwatch: Stopwatch = .monotonic, work: (() -> Void)? = nil) {
    self.stopwatch = stopwatch
    self.work = work ?? Canary.spin
  }

  /// Runs it, and says whether it took no longer than usual.
  public func isUndisturbed() -> Bool {
    let time = stopwatch.milliseconds(work)
    shortest = min(shortest, time)
    return time <= Self.nearly * shortest
  }

  /// A chain of products, each of which waits for the one before.
  private static func spin() {
    var value: UInt64 = 88_172_645_463_325_252
    for _ in 0..<links { value = value &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407 }
    // It never is 0, but the compiler cannot know that, so it must compute the product.
    if value == 0 { print("") }
  }

  private static let links = 150_000
}
