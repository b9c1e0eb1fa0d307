import CaffeProto
import Solver

/// The pruning methods, by their names in solver prototxts.
public enum PruningMethods {
  /// One method: its `prune_method` names, and the `regularization_type` that goes with them.
  struct Entry: Sendable {
    let names: [String]
    let regularization: String
    let kind: GroupSpace.Kind
  }

  static let entries = [
    Entry(names: ["Reg_Col", "Reg-rank_Col"], regularization: "Reg_Col", kind: .column),
    Entry(names: ["Reg_Row", "Reg-rank_Row"], regularization: "Reg_Row", kind: .row),
  ]

  /// The names that `prune_method` may have besides "None".
  public static var names: [String] { entries.flatMap(\.names) }

  /// The hook for a solver.
  ///
  /// - Returns: nil where `prune_method` is "None"
  /// - Throws: ``IncRegError`` naming the field where the method does not exist, `regularization_type` does not fit it, or
  ///   a value is out of range
  public static func hook(for parameter: SolverParameter, output: PruneOutput = PruneOutput()) throws -> (
    any SolverHook
  )? {
    let name = parameter.pruneMethod
    if name == "None" { return nil }
    guard let entry = entries.first(where: { $0.names.contains(name) }) else {
      throw IncRegError.unknownMethod(name, known: names)
    }
    guard parameter.regularizationType == entry.regularization else {
      throw IncRegError.field(
        "regularization_type",
        "'\(parameter.regularizationType)' does not prune; prune_method '\(name)' needs '\(entry.regularization)'")
    }
    return IncRegMethod(try IncRegSettings(parameter, kind: entry.kind), output: output)
  }
}
