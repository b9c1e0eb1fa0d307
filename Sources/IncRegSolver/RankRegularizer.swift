import Engine

/// One iteration of IncReg on one layer: score, rank, penalties and pruning.
///
/// Source: caffe_increg, sgd_solver.cpp, Regularize, branches Reg_Col and Reg_Row; the latter with the rows' marks where
/// they belong.
struct RankRegularizer {
  let importance: any Importance
  let schedule: any PenaltySchedule
  private var order = RankOrder()

  init(importance: any Importance = L1Norm(), schedule: any PenaltySchedule) {
    self.importance = importance
    self.schedule = schedule
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

  /// Runs an iteration. The weights of what it prunes are left as they are.
  mutating func callAsFunction(_ layer: inout PrunableLayer, weights: FloatView, _ situation: Situation) -> Outcome {
    var outcome = Outcome()
    let space = layer.space
    let done = layer.maskedGroups
    // The product is rounded to single precision first: 25 * 0.9 gives 23 (Q11).
    let toPrune = Int((Float(space.count) * situation.target).rounded(.up)) - done
    guard toPrune > 0 else {
      outcome.excess = toPrune
      return outcome
    }
    importance.score(weights, space: space, into: &layer.state.score)
    let living = order.sort(layer.state.score, prunedAt: layer.state.prunedAt)
    let (before, now) = (Float(situation.iteration), Float(situation.iteration + 1))
    let pruned = space.count - living
    for place in 0..<living {
      let group = order[place]
      layer.state.rankMean[group] = (before * layer.state.rankMean[group] + Float(pruned + place)) / now
    }
    _ = order.sort(layer.state.rankMean, prunedAt: layer.state.prunedAt)
    let deltas = schedule.deltas(
      PenaltySituation(
        step: situation.step, toPrune: toPrune, living: living, achieved: layer.achieved.compared,
        lastFeasible: situation.lastFeasible, target: situation.target))
    for place in 0..<living {
      let group = order[place]
      let old = layer.state.lambda[group]
      let new = max(old + deltas(place), 0)
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
}
