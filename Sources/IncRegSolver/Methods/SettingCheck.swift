import CaffeProto

/// Checks the fields of `pruning_param`.
struct SettingCheck {
  private let method: String

  init(_ solver: SolverParameter) { method = solver.pruneMethod }

  /// A finite number above 0.
  ///
  /// - Throws: ``IncRegError/field(_:_:)``, as the others do
  func positive(_ field: String, _ value: Float) throws -> Double {
    guard value > 0, value.isFinite else { throw fault(field, "must be positive for '\(method)', not \(value)") }
    return decimal(value)
  }

  /// A number from 0 to 1.
  func share(_ field: String, _ value: Float) throws -> Double {
    guard value >= 0, value <= 1 else { throw fault(field, "must be from 0 to 1 for '\(method)', not \(value)") }
    return decimal(value)
  }

  /// A finite number.
  func finite(_ field: String, _ value: Float) throws -> Float {
    guard value.isFinite else { throw fault(field, "must be a number for '\(method)', not \(value)") }
    return value
  }

  /// A number that is not below `least`.
  func atLeast(_ least: Int, _ field: String, _ value: Int) throws -> Int {
    guard value >= least else { throw fault(field, "must be at least \(least) for '\(method)', not \(value)") }
    return value
  }

  private func fault(_ field: String, _ cause: String) -> IncRegError { .field("pruning_param.\(field)", cause) }

  /// The number that was written in the file. The float is the nearest one to it.
  private func decimal(_ value: Float) -> Double { Double("\(value)") ?? Double(value) }
}

extension PrunedFamily {
  /// The ratio as it was written, which the float only approximates: the originals compute in double precision.
  var exactRatio: Double { Double("\(ratio)") ?? Double(ratio) }
}
