/// A backend cannot do what a layer asked for.
public struct BackendError: Error, Equatable, CustomStringConvertible {
  /// The backend's name.
  public let backend: String
  /// The operator, with its shape where there is one.
  public let operation: String
  /// What the backend's library says.
  public let cause: String

  /// Makes an error.
  public init(backend: String, operation: String, cause: String) {
    self.backend = backend
    self.operation = operation
    self.cause = cause
  }

  /// Operator, backend and cause in one line.
  public var description: String { "\(operation) on backend '\(backend)': \(cause)" }
}
