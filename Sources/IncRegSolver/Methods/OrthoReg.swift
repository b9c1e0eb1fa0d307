import Base
import CaffeProto
import Engine
import Pruning

/// OrthoReg: the filters of each convolution are drawn to be orthonormal, so that what a group of them is worth is the
/// sum of what its filters are worth; then the groups that the loss hardly feels are cut all over the net, and the rest
/// is retrained. Where there are several rounds, each begins with the penalty.
///
/// Source: Lubana et al., OrthoReg, 2021; EkdeepSLubana/OrthoReg.
public struct OrthoReg: RoundsMethod {
  /// Tied channels, or filters.
  public static let names = MethodName.all("OrthoReg", [Channels(), Rows()])
  /// Names the method in snapshots.
  public static let id = "OrthoReg"

  /// What is pruned.
  public let structure: any Structure
  /// Batches from which gradients are taken.
  public let scoreBatches: Int
  /// The penalty, a cut, and retraining, in every round.
  public let rounds: CutRounds
  private let penalty: OrthoPenalty

  /// Reads the solver's fields.
  public init(_ solver: SolverParameter, as name: MethodName, profile: PruneProfile) throws {
    let check = SettingCheck(solver)
    structure = name.structure
    scoreBatches = try check.atLeast(1, "score_batches", solver.pruningParam.scoreBatches)
    penalty = OrthoPenalty(strength: Float(try check.positive("ortho_strength", solver.pruningParam.orthoStrength)))
    rounds = try CutRounds(
      solver, .init(importance: Fisher.name, isGlobal: true, keepShare: 0.05, before: 0.4, roundsUp: false))
  }

  /// It looks at all families together, and the penalty takes the place of weight decay.
  public var habits: Habits {
    var habits = Habits()
    (habits.actsTogether, habits.suspendsDecay, habits.addsGradients) = (true, true, true)
    return habits
  }

  /// The gradient of the penalty.
  public func addedGradients(_ layers: [PrunableLayer], _ values: (_ parameter: Int) -> Blob) -> [Int: Blob] {
    penalty.gradients(layers, values)
  }

  /// Says when the cuts come.
  public func plan(_ plan: inout RunPlan, _ run: PlannedRun<Nothing>) {
    rounds.plan(
      &plan, run,
      "filters are drawn to be orthonormal by ortho_strength = \(penalty.strength.logged) for \(rounds.before) iterations of each round; nothing decays meanwhile"
    )
  }
}
