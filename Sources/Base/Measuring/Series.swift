/// The times of a piece of work that was run again and again on a machine that does other things, too.
///
/// A disturbance can only make a run longer, by any amount. So means and medians tell what else the machine was doing.
/// The tenth percentile tells what the piece takes. Where it is far from the shortest time, not even that is known.
public struct Series: Sendable {
  /// Milliseconds of the runs that nothing was seen to disturb.
  public private(set) var times: [Double] = []
  /// Those of the others.
  public private(set) var disturbed: [Double] = []

  /// Times of which none is known to be disturbed; by default none yet.
  public init(_ times: [Double] = []) { self.times = times }

  /// Adds a run; `isDisturbed` where the machine was seen to be slow around it.
  public mutating func add(_ milliseconds: Double, isDisturbed: Bool = false) {
    if isDisturbed { disturbed.append(milliseconds) } else { times.append(milliseconds) }
  }

  /// The times that count: the undisturbed ones, where there are any.
  private var counting: [Double] { times.isEmpty ? disturbed : times }

  /// The shortest time; infinity before the first.
  public var shortest: Double { counting.min() ?? .infinity }

  /// The tenth percentile, the estimate; infinity before the first time.
  public var estimate: Double {
    let sorted = counting.sorted()
    return sorted.isEmpty ? .infinity : sorted[(sorted.count - 1) / 10]
  }

  /// Whether the times are too far apart to believe the estimate.
  public var isNoisy: Bool { times.isEmpty || [self].isNoisy }

  /// How many times are at most `factor` of the shortest.
  public func count(within factor: Double) -> Int { counting.count { $0 <= factor * shortest } }
}

extension [Series] {
  /// What all pieces take together, one after the other, in milliseconds.
  public var estimate: Double { reduce(0) { $0 + $1.estimate } }

  /// Whether the estimates together are further above the shortest times than 3 % and a clock's resolution.
  public var isNoisy: Bool {
    estimate > Self.nearly * reduce(0) { $0 + $1.shortest } + Self.resolution * Double(count)
  }

  private static var nearly: Double { 1.03 }
  private static var resolution: Double { 0.001 }
}
