import Glibc
import Synchronization

/// A line at the foot of a terminal that says how far long work has come and when it will end.
///
/// It is drawn on standard error and only if that is a terminal, so nothing of it gets into files or pipes. ``log``
/// wipes it before every line of the log.
public final class ProgressLine: Sendable {
  private struct State {
    var start: Double?
    var first = 0
    var drawn: Double?
  }

  private let name: String
  private let isVisible: Bool
  private let now: @Sendable () -> Double
  private let write: @Sendable (String) -> Void
  private let state = Mutex(State())

  /// The shortest time between two drawings, in seconds.
  private static let interval = 0.2
  private static let wipe = "\r\u{1b}[K"

  /// Makes a line that is not drawn yet.
  ///
  /// - Parameters:
  ///   - name: of the work
  ///   - isVisible: whether there is a terminal to draw on
  ///   - now: a clock, in seconds
  ///   - write: takes what is to be drawn
  public init(
    _ name: String, isVisible: Bool = ProgressLine.hasTerminal,
    now: @escaping @Sendable () -> Double = ProgressLine.seconds,
    write: @escaping @Sendable (String) -> Void = RunLog.writeToStandardError
  ) {
    (self.name, self.isVisible, self.now, self.write) = (name, isVisible, now, write)
  }

  deinit { clear() }

  /// Whether standard error is a terminal that understands control sequences.
  public static var hasTerminal: Bool {
    isatty(STDERR_FILENO) == 1 && getenv("TERM").map { String(cString: $0) != "dumb" } ?? false
  }

  /// Seconds of a clock that never goes back.
  @Sendable public static func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Log lines that are not mixed up with this line.
  public var log: RunLog {
    guard isVisible else { return .standardError }
    return .ofProcess { line in
      self.clear()
      self.write(line)
    }
  }

  /// Says how much is done; the first call says where the work begins.
  ///
  /// - Parameters:
  ///   - total: how much there is to do, if that is known
  ///   - limit: how much is done at most, where the work may end before
  ///   - state: what is being done, in words; asked for only when the line is drawn
  public func update(
    _ done: Int, of total: Int?, atMost limit: Int? = nil, _ state: @autoclosure () -> String? = nil
  ) {
    guard isVisible else { return }
    let time = now()
    let due: (Int, Double)? = self.state.withLock { state in
      guard let start = state.start else {
        (state.start, state.first, state.drawn) = (time, done, time)
        return nil
      }
      if let drawn = state.drawn, time - drawn < Self.interval { return nil }
      state.drawn = time
      return (state.first, time - start)
    }
    guard let (first, seconds) = due else { return }
    let work = state().map { "\(name), \($0)" } ?? name
    let text = Self.text(work, done: done, of: total, atMost: limit, since: first, seconds: seconds)
    // The terminal must not break the line, so that wiping one line wipes all of it.
    write("\(Self.wipe)\u{1b}[?7l\(text)\u{1b}[?7h")
  }

  /// Removes the line until the next update.
  public func clear() {
    let wasDrawn = state.withLock { state in
      defer { if state.drawn != nil { state.drawn = -.infinity } }
      return state.drawn.map { $0 > -.infinity } ?? false
    }
    if isVisible, wasDrawn { write(Self.wipe) }
  }

  /// The line: `train: 1200 of 5000 (24 %), 41.2/s, 1 min 32 s left`.
  ///
  /// - Parameters:
  ///   - first: what was done when the time began
  ///   - seconds: the time it took from there
  static func text(
    _ name: String, done: Int, of total: Int?, atMost limit: Int? = nil, since first: Int, seconds: Double
  ) -> String {
    var text = "\(name): \(done)"
    if let total, total > 0 { text += " of \(total) (\(formatted("%.0f", 100 * Double(done) / Double(total))) %)" }
    guard done > first, seconds > 0 else { return text }
    let rate = Double(done - first) / seconds
    text += ", \(formatted(rate < 10 ? "%.2g" : "%.0f", rate))/s"
    if let total, total > done { text += ", \(duration(Double(total - done) / rate)) left" }
    if let limit, limit > done { text += ", \(duration(Double(limit - done) / rate)) to \(limit)" }
    return text
  }

  /// A duration in its two largest units.
  static func duration(_ seconds: Double) -> String {
    // The bound is longer than anybody waits, and fits an integer.
    let seconds = Int(min(max(0, seconds), 1e9).rounded(.up))
    let units = [("d", seconds / 86400), ("h", seconds / 3600 % 24), ("min", seconds / 60 % 60), ("s", seconds % 60)]
    let large = units.drop { $0.1 == 0 }.prefix(2).filter { $0.1 > 0 }
    return large.isEmpty ? "0 s" : large.map { "\($0.1) \($0.0)" }.joined(separator: " ")
  }
}
