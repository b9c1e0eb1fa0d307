import NetModel
import Solver

/// A pruning run that cannot be set up or go on, with the evidence.
public enum IncRegError: Error, Equatable, CustomStringConvertible {
  /// A field of the solver contradicts another or is out of range: its name in the schema, and why.
  case field(String, String)
  /// A field of a layer is out of range: the layer, the field's name, and why.
  case layerField(layer: String, field: String, String)
  /// There is no such method: the value of `prune_method`, and what exists.
  case unknownMethod(String, known: [String])
  /// No test net has an output from which accuracy could be read; the outputs there are.
  case noAccuracy(outputs: [String])
  /// Something in a snapshot does not fit the net: the place and why.
  case state(String, String)

  /// Whether a number from a file can be a number of iterations, stages or groups. Sums of such numbers do not
  /// overflow.
  static func isCount(_ number: Int) -> Bool { (-1...Int(Int32.max)).contains(number) }

  /// Field and cause in one line.
  public var description: String {
    switch self {
    case .field(let name, let cause): "solver: \(name): \(cause)"
    case .layerField(let layer, let field, let cause): "layer '\(layer)': \(field): \(cause)"
    case .unknownMethod(let name, let known):
      "solver: prune_method: unknown method '\(name)'; there are None, \(known.joined(separator: ", "))"
    case .noAccuracy(let outputs):
      "solver: retrain_test_interval: retraining is judged by a test output whose name contains 'ccuracy'; "
        + (outputs.isEmpty ? "there is no test net" : "the last test net has \(outputs.joined(separator: ", "))")
    case .state(let place, let cause): "solver state: \(place): \(cause)"
    }
  }
}

extension IncRegError: FieldNamingError, LayerNamingError {
  /// The solver's field that is concerned.
  public var field: String? {
    switch self {
    case .field(let name, _): name
    case .unknownMethod: "prune_method"
    case .noAccuracy: "retrain_test_interval"
    case .layerField, .state: nil
    }
  }

  /// The layer whose field is out of range.
  public var layerName: String? { if case .layerField(let layer, _, _) = self { layer } else { nil } }
}
