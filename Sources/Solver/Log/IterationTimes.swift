/// Where the time of some iterations goes.
public struct IterationTimes: Sendable {
  /// Forward passes, with the wait for data.
  public var forward = Duration.zero
  /// Backward passes.
  public var backward = Duration.zero
  /// Updates, with all that a pruning method does.
  public var update = Duration.zero
  /// Waiting for gradients of other ranks behind the backward pass; nothing where there are none.
  public var exchange = Duration.zero
  /// The iterations.
  public var iterations = 0

  /// Milliseconds per iteration.
  var means: [(name: String, milliseconds: Double)] {
    let times = [("forward", forward), ("backward", backward), ("update", update)]
    return (times + (exchange > .zero ? [("exchange", exchange)] : [])).map {
      ($0.0, $0.1 / .milliseconds(max(1, iterations)))
    }
  }
}

/// Says how long it is since it was made.
struct Stopwatch {
  private let start = ContinuousClock.now

  var time: Duration { start.duration(to: .now) }
}
