import CaffeProto
import Pruning

/// One-shot pruning: before the first iteration what is worth least by an importance is cut, and the run tunes what is
/// left. With several rounds the cuts come evenly over the run.
///
/// It is what other methods are compared with, as L1 (Li et al. 2017) or random choice.
public struct OneShot: RoundsMethod {
  /// Tied channels, filters, columns, input channels, columns of tiles, or single weights.
  public static let names = MethodName.all(
    "OneShot", [Channels(), Rows(), Columns(), Inputs(), TileColumns(), Weights()])
  /// Names the method in snapshots.
  public static let id = "OneShot"

  /// What is pruned.
  public let structure: any Structure
  /// Batches from which gradients or activations are taken.
  public let scoreBatches: Int
  /// A cut at the beginning of every round.
  public let rounds: CutRounds

  /// Reads the solver's fields.
  public init(_ solver: SolverParameter, as name: MethodName, profile: PruneProfile) throws {
    structure = name.structure
    scoreBatches = try SettingCheck(solver).atLeast(1, "score_batches", solver.pruningParam.scoreBatches)
    rounds = try CutRounds(solver, .init())
  }

  /// It looks at all families together.
  public var habits: Habits {
    var habits = Habits()
    habits.actsTogether = true
    return habits
  }

  /// Says when the cuts come.
  public func plan(_ plan: inout RunPlan, _ run: PlannedRun<Nothing>) {
    rounds.plan(
      &plan, run, "one-shot pruning and fine-tuning")
  }
}
