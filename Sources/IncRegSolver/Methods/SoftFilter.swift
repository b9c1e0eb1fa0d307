import CaffeProto
import Pruning

/// Soft filter pruning (SFP): before the first epoch and after every one the filters of the smallest L2 norm are set to zero,
/// but trained on, so that they can come back. What is smallest at the end of the run is pruned.
///
/// Source: He et al., Soft Filter Pruning, IJCAI 2018; he-y/soft-filter-pruning.
public struct SoftFilter: PruningMethod {
  /// Tied channels, the filters of each layer for themselves, or single weights.
  public static let names = MethodName.all("SFP", [Channels(), Rows(), Weights()])
  /// Names the method in snapshots.
  public static let id = "SFP"

  /// What is pruned.
  public let structure: any Structure
  /// By the root mean square.
  public var importance: any Importance { L2Norm() }
  /// The whole run, and a cut at its end.
  public var course: Course { .stages([Stage(.prune, until: .run, then: .cut)]) }
  /// Epochs count, and zeros are no masks.
  public var habits: Habits { Habits(adoptsZeros: false, needsEpochs: true) }

  /// Reads nothing but the ratios.
  public init(_ solver: SolverParameter, as name: MethodName, profile: PruneProfile) {
    structure = name.structure
  }

  /// Softens after epochs, and prunes at the end.
  public func act(_ moment: Moment, on family: inout PrunedFamily, _: inout Nothing, in run: MomentOfRun) throws {
    switch moment {
    case .start, .epoch: family.soften(try run.ranked(family).prefix(goal(family)))
    case .cut: family.prune(try run.ranked(family).prefix(goal(family)))
    case .iteration, .update, .reached: break
    }
  }

  /// How many filters go: N * (1 - rate), cut off, where the rate is what stays. The original computes so, and of 10 filters
  /// takes none at a rate of 0.9.
  public func goal(_ family: PrunedFamily) -> Int {
    let rate = 1 - (Double("\(family.ratio)") ?? 0)
    return Int(Double(family.count) * (1 - rate))
  }
}
