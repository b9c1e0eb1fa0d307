/// A training run that cannot be set up, saved or restored, with the evidence.
public enum SolverError: Error, Equatable {
  /// A field of the solver's parameters is missing, out of range or contradicts another: its name in the schema, and
  /// why.
  case field(String, String)
  /// A field names something that does not exist: the field, its value and what exists.
  case unknown(field: String, value: String, known: [String])
  /// A solver state does not fit the run: the file and why.
  case state(path: String, String)
  /// A log of events is to go behind the end of a file that is none.
  case noLog(path: String)
  /// A number that is NaN or infinite: the iteration, and where it is.
  case notFinite(iteration: Int, String)
}

/// An error that may be about a field of a solver.
public protocol FieldNamingError: Error {
  /// The field's name in the schema; nil where there is none to name.
  var field: String? { get }
}

extension SolverError: CustomStringConvertible, FieldNamingError {
  /// The field that is concerned.
  public var field: String? {
    switch self {
    case .field(let name, _), .unknown(let name, _, _): name
    case .state, .noLog, .notFinite: nil
    }
  }

  /// Field or file and the cause in one line.
  public var description: String {
    switch self {
    case .field(let name, let cause): "solver: \(name): \(cause)"
    case .unknown(let field, let value, let known):
      "solver: \(field): unknown value '\(value)'; there are \(known.joined(separator: ", "))"
    case .state(let path, let cause): "cannot restore '\(path)': \(cause)"
    case .noLog(let path):
      "'\(path)' is there and is no log of events, which begins with '{': nothing is added to it, give another name"
    case .notFinite(let iteration, let place):
      "iteration \(iteration): \(place); nothing was written since, the last snapshot is good"
        + " (with --allow-nan the run goes on)"
    }
  }
}
