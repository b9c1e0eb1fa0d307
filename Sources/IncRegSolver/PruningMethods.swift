import CaffeProto
import Pruning
import Solver

/// The pruning methods.
public enum PruningMethods {
  /// All of them. A name may stand for several things, which `regularization_type` then tells apart.
  static let all: [any PruningMethod.Type] = [
    IncReg.self,
    AutoBalanced.self,
    Probabilistic.self,
    SoftFilter.self,
    GrowingReg.self,
    DSA.self,
    OneShot.self,
    OrthoReg.self,
  ]

  /// The names that `prune_method` may have besides "None".
  public static var names: [String] {
    var seen: Set<String> = []
    return all.flatMap { $0.names.map(\.name) }.filter { seen.insert($0).inserted }
  }

  /// Those of them that mask whole channels, which is what slimming takes away.
  public static var channelNames: [String] {
    all.flatMap { $0.names.filter { $0.structure is Channels }.map(\.name) }
  }

  /// What `regularization_type` may say besides L1 and L2.
  public static var decayTypes: [String] {
    var seen: Set<String> = ["L1", "L2"]
    return all.flatMap { $0.names.flatMap(\.accepted) }.filter { seen.insert($0).inserted }
  }

  /// The hook for a solver.
  ///
  /// - Returns: nil where `prune_method` is "None"
  /// - Throws: ``IncRegError`` naming the field where the method does not exist, `regularization_type` does not fit it, or
  ///   a value is out of range
  public static func hook(
    for parameter: SolverParameter, output: PruneOutput = PruneOutput(), profile: PruneProfile = .fixed
  ) throws -> (any SolverHook)? {
    let wanted = parameter.pruneMethod
    if wanted == "None" { return nil }
    let named = all.flatMap { type in type.names.filter { $0.name == wanted }.map { (type, $0) } }
    guard !named.isEmpty else { throw IncRegError.unknownMethod(wanted, known: names) }
    guard let (type, name) = named.first(where: { $0.1.accepted.contains(parameter.regularizationType) }) else {
      let needed = named.flatMap(\.1.accepted).map { "'\($0)'" }.joined(separator: " or ")
      throw IncRegError.field(
        "regularization_type",
        "'\(parameter.regularizationType)' does not go with prune_method '\(wanted)', which needs \(needed)")
    }
    return try type.run(parameter, name, output, profile)
  }
}

extension MethodName {
  /// What `regularization_type` may say. Plain decay goes with all methods but those that caffe_increg tells apart by
  /// it; a type that says the method's name goes, too.
  var accepted: [String] { regularizations.isEmpty ? ["L2", "L1", name] : regularizations }
}

extension PruningMethod {
  /// A run of the method.
  ///
  /// - Throws: ``IncRegError/field(_:_:)`` where the method does not know the profile, or what reading its fields throws
  static func run(
    _ parameter: SolverParameter, _ name: MethodName, _ output: PruneOutput, _ profile: PruneProfile
  ) throws -> any SolverHook {
    let method = try Self(parameter, as: name, profile: profile)
    guard profile == .fixed || method.habits.original != nil else {
      throw IncRegError.field(
        "--profile", "'\(profile.rawValue)' says nothing of '\(name.name)', which caffe_increg does not have as it is")
    }
    return PruningRun(method, output: output)
  }
}
