/// Everything that the course of a run depends on besides weights and groups; saved whole, so that a resumed run takes
/// the same course.
struct ControlState: Codable, Equatable {
  /// The phase.
  var phase = CoursePhase.prune
  /// The stage, counted from 1; 0 before the run has begun.
  var stage = 0
  /// The iteration in which the last layer reached the stage's target.
  var stageFinishedAt: Int?
  /// Whether all layers have reached the stage's target.
  var stageFinished = false
  /// The rate of all updates, latched from the policy in the first one; nil before.
  var learningRate: Float?
  /// The rate at the beginning of the retraining, to which the next stage returns.
  var stageRate: Float = 0
  /// The last rate of the last retraining, at which the final one runs.
  var lastRetrainRate: Float = 0
  /// The accuracy as it is watched during a retraining.
  var plateau = Plateau()
  /// The iteration in which the final retraining began; it is not checked.
  var finalBegan: Int?
  /// The penalty at which a group is pruned.
  var ceiling: Float = 0
  /// The last increment of the net's average sparsity.
  var increment: Float = 0
  /// The sum of all increments that were kept.
  var averageSparsity: Float = 0
  /// The iteration with which the last good stage ended, the best one of its retraining's first period.
  var lastFeasibleIteration = 0
  /// The best check of the last good stage's retraining; nil before one was good.
  var lastFeasibleBest: Plateau.Check?
  /// The accuracy by which the last good stage was judged.
  var lastFeasibleAccuracy: Float = 0
  /// Whether the speed-up is reached, as of the last count.
  var speedupReached = false
  /// Per family.
  var families: [Family] = []
  /// Whether a stage was judged to be good, and the next one has not begun yet.
  var isJudged = false

  /// Whether all numbers are possible; they may come from a damaged file.
  var isPossible: Bool {
    let counts =
      [stage, stageFinishedAt ?? 0, finalBegan ?? 0, lastFeasibleIteration] + families.map { $0.finishedAt ?? 0 }
    let ratios =
      [ceiling, increment, averageSparsity] + families.flatMap { [$0.target, $0.lastFeasible, $0.lastInfeasible] }
    return counts.allSatisfy(IncRegError.isCount) && ratios.allSatisfy(\.isFinite) && plateau.isPossible
  }

  /// The course of one family.
  struct Family: Codable, Equatable {
    /// The stage's target, a fraction.
    var target: Float = 0
    /// What was achieved when the last good stage ended.
    var lastFeasible: Float = 0
    /// What was achieved when the last bad stage ended.
    var lastInfeasible: Float = 0
    /// The iteration in which the target was reached; -1 where the run began with it; nil while it is not reached.
    var finishedAt: Int?
  }
}
