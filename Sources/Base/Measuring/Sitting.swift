/// Times pieces of work that belong together; a piece should take a millisecond or less. They run in turn, so that
/// other load on the machine meets all of them alike. Canaries run in between. Where the times are too far apart, there
/// are more rounds.
public struct Sitting {
  private let stopwatch: Stopwatch
  private let canary: Canary
  /// How often each piece is timed at least; twice that where several threads compute it.
  public var rounds = 30
  /// How often it is timed at most.
  public var mostRounds = 300
  /// Milliseconds after which there are no rounds beyond the least number.
  public var patience = 20_000.0

  /// Milliseconds between two canaries, unless a piece takes longer.
  private static let stretch = 3.0

  /// Makes a sitting; a canary that has been used knows how short it can be.
  public init(_ stopwatch: Stopwatch = .monotonic, canary: Canary? = nil) {
    self.stopwatch = stopwatch
    self.canary = canary ?? Canary(stopwatch)
  }

  /// Runs all pieces until each has its times.
  ///
  /// - Parameter progress: gets the number of rounds that are done, and how many there will be
  /// - Returns: the times, a series for each piece
  public func measure(
    _ pieces: [() throws -> Void], progress: (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) throws -> [Series] {
    var series = pieces.map { _ in Series() }
    guard !pieces.isEmpty else { return [] }
    // The first runs prepare what later ones use.
    for piece in pieces { try piece() }
    var (done, goal, spent) = (0, rounds, 0.0)
    while done < goal {
      spent += try stopwatch.milliseconds { try round(pieces, &series) }
      done += 1
      progress(done, goal)
      let isEnough = series.allSatisfy { !$0.isNoisy && 2 * $0.times.count >= rounds }
      if done == goal, !isEnough, goal < mostRounds, spent < patience { goal = min(2 * goal, mostRounds) }
      if done >= rounds, spent >= patience { break }
    }
    return series
  }

  private func round(_ pieces: [() throws -> Void], _ series: inout [Series]) throws {
    var pending: [(piece: Int, time: Double)] = []
    var wasUndisturbed = canary.isUndisturbed()
    var since = 0.0
    for (index, piece) in pieces.enumerated() {
      // While the canary ran, the other threads fell asleep. They are woken by a run that is not timed.
      if pending.isEmpty { try piece() }
      let time = try stopwatch.milliseconds(piece)
      pending.append((index, time))
      since += time
      guard since >= Self.stretch || index == pieces.count - 1 else { continue }
      let isUndisturbed = canary.isUndisturbed()
      for run in pending { series[run.piece].add(run.time, isDisturbed: !(wasUndisturbed && isUndisturbed)) }
      (pending, since, wasUndisturbed) = ([], 0, isUndisturbed)
    }
  }
}
