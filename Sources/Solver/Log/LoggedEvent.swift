import Base

/// An event that the solver does not make: commands and methods make such events about themselves.
public protocol LoggedEvent: Sendable {
  /// Its kind, which stands in the field `event`.
  var event: String { get }
  /// All other fields but the time.
  var fields: [(String, JSON.Value)] { get }
}

extension Solver {
  /// Hands an event to whatever follows the run.
  public func tell(_ event: some LoggedEvent) throws { try onEvent(.other(event)) }
}
