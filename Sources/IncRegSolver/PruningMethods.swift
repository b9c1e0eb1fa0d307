import CaffeProto
import Solver

/// A pruning method, by its names in solver prototxts. Each is declared in a file of its own in Methods.
struct PruningMethod: Sendable {
  /// What `prune_method` may say.
  let names: [String]
  /// What `regularization_type` must say then.
  let regularizations: [String]
  /// Makes the hook of a run.
  let make: @Sendable (SolverParameter, PruneOutput, PruneProfile) throws -> any SolverHook
}

/// The pruning methods.
public enum PruningMethods {
  /// All of them; a name may stand in several, which `regularization_type` then tells apart.
  static let all: [PruningMethod] = [
    .regCol, .regRow, .regSpaCol, .autoBalancedCol, .autoBalancedRow, .probabilisticCol, .probabilisticRow,
  ]

  /// The names that `prune_method` may have besides "None".
  public static var names: [String] {
    var seen: Set<String> = []
    return all.flatMap(\.names).filter { seen.insert($0).inserted }
  }

  /// What `regularization_type` may say besides L1 and L2.
  public static var decayTypes: [String] {
    var seen: Set<String> = ["L1", "L2"]
    return all.flatMap(\.regularizations).filter { seen.insert($0).inserted }
  }

  /// The hook for a solver.
  ///
  /// - Returns: nil where `prune_method` is "None"
  /// - Throws: ``IncRegError`` naming the field where the method does not exist, `regularization_type` does not fit it, or
  ///   a value is out of range
  public static func hook(
    for parameter: SolverParameter, output: PruneOutput = PruneOutput(), profile: PruneProfile = .fixed
  ) throws -> (any SolverHook)? {
    let name = parameter.pruneMethod
    if name == "None" { return nil }
    let named = all.filter { $0.names.contains(name) }
    guard !named.isEmpty else { throw IncRegError.unknownMethod(name, known: names) }
    guard let method = named.first(where: { $0.regularizations.contains(parameter.regularizationType) }) else {
      let needed = named.flatMap(\.regularizations).map { "'\($0)'" }.joined(separator: " or ")
      throw IncRegError.field(
        "regularization_type",
        "'\(parameter.regularizationType)' does not go with prune_method '\(name)', which needs \(needed)")
    }
    return try method.make(parameter, output, profile)
  }
}
