import Engine

/// The iterations of IncReg on one layer: score, rank, penalties and pruning.
///
/// Source: caffe_increg, sgd_solver.cpp, Regularize, branches Reg_Col and Reg_Row; the latter with the rows' marks where
/// they belong.
final class RankRegularizer {
  /// The next scores, for the update to take.
  let sums: GroupSums?
  private let importance: any Importance
  private let schedule: any PenaltySchedule
  private var byScore = RankOrder()
  private var byMean = RankOrder()
  /// What the layer's present iteration came to, until the update takes it.
  var turn = Turn()
  private var deltas: (of: PenaltySituation, values: [Float])?

  init(_ space: GroupSpace, importance: any Importance = L1Norm(), schedule: any PenaltySchedule) {
    self.importance = importance
    self.schedule = schedule
    sums = importance.sums(space)
  }

  /// What an iteration depends on besides the layer.
  struct Situation {
    /// The iteration, from 0.
    var iteration: Int
    /// The penalty's largest step.
    var step: Float
    /// The penalty at which a group is pruned.
    var ceiling: Float
    /// The layer's present target.
    var target: Float
    /// The ratio of the last good stage.
    var lastFeasible: Float
  }

  /// What happened.
  struct Outcome {
    /// Groups pruned, in the order in which they were.
    var pruned: [Int] = []
    /// Groups whose penalty fell: group, before, after.
    var reduced: [(group: Int, before: Float, after: Float)] = []
    /// Where the target asks for no further group, how many it asks for (at most 0); nothing was done then.
    var excess: Int?
  }

  /// An iteration of a layer, which may have nothing to do.
  struct Turn {
    var outcome: Outcome?
    /// What is added to the update.
    var terms: GroupTerms?
  }

  /// Runs an iteration. The weights of what it prunes are left as they are.
  func callAsFunction(_ layer: inout PrunableLayer, weight: Blob, _ situation: Situation) -> Outcome {
    var outcome = Outcome()
    let space = layer.space
    let done = layer.maskedGroups
    // The product is rounded to single precision first: 25 * 0.9 gives 23 (Q11).
    let toPrune = Int((Float(space.count) * situation.target).rounded(.up)) - done
    guard toPrune > 0 else {
      outcome.excess = toPrune
      return outcome
    }
    if let sums {
      layer.state.score = Array(sums.of(weight))
    } else {
      importance.score(weight.data, space: space, into: &layer.state.score)
    }
    let living = byScore.sort(layer.state.score, prunedAt: layer.state.prunedAt)
    let (before, now) = (Float(situation.iteration), Float(situation.iteration + 1))
    let pruned = space.count - living
    for place in 0..<living {
      let group = byScore[place]
      layer.state.rankMean[group] = (before * layer.state.rankMean[group] + Float(pruned + place)) / now
    }
    _ = byMean.sort(layer.state.rankMean, prunedAt: layer.state.prunedAt)
    let deltas = deltas(
      PenaltySituation(
        step: situation.step, toPrune: toPrune, living: living, achieved: layer.achieved.compared,
        lastFeasible: situation.lastFeasible, target: situation.target))
    for place in 0..<living {
      let group = byMean[place]
      let old = layer.state.lambda[group]
      let new = max(old + deltas[place], 0)
      layer.state.lambda[group] = new
      if new >= situation.ceiling {
        let step = situation.iteration + 1
        layer.prune(group, step: step)
        layer.state.rankMean[group] = Float(step - 1_000_000) - (new - situation.ceiling)
        outcome.pruned.append(group)
      }
      if new < old { outcome.reduced.append((group, old, new)) }
    }
    return outcome
  }

  /// The situation changes with every pruned group, but not in between.
  private func deltas(_ situation: PenaltySituation) -> [Float] {
    if let deltas, deltas.of == situation { return deltas.values }
    let values = schedule.deltas(situation)
    deltas = (situation, values)
    return values
  }
}
