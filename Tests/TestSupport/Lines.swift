import Synchronization

/// Lines that a run writes, from whatever thread.
public final class Lines: Sendable {
  private let kept = Mutex<[String]>([])

  /// None yet.
  public init() {}

  /// Takes one more.
  public func add(_ line: String) { kept.withLock { $0.append(line) } }

  /// All of them.
  public var all: [String] { kept.withLock { $0 } }
}
