import Base
import Solver

/// Judging a stage, and what follows (solver.cpp, CheckPruneStage and what it calls).
extension PhaseController {
  /// Judges the stage by `accuracy`; `best` is the best check of its retraining.
  func judge(_ accuracy: Float, best: Plateau.Check, _ host: some PhaseHost) throws {
    let isBad = settings.borderline - accuracy > Self.tolerance
    try host.tell(
      .judged(
        iteration: host.iteration, stage: state.stage, accuracy: accuracy, borderline: settings.borderline,
        isGood: !isBad))
    if isBad {
      try rollBack(accuracy, host)
    } else {
      state.lastFeasibleIteration = host.iteration
      state.lastFeasibleBest = best
      state.lastFeasibleAccuracy = accuracy
      for (index, family) in host.families.enumerated() where family.ratio > 0 {
        state.families[index].lastFeasible = family.achieved
      }
      output.app("    accuracy **still good**, save caffemodel, start a new pruning stage.")
      let surplus = (accuracy - settings.borderline) * Self.incrementPerAccuracy
      raiseTargets(by: min(max(Ceiling.smallestIncrement, surplus), Ceiling.largestIncrement), host)
      enter(.prune, host)
      // The snapshot already belongs to the next stage, so that a run resumed from it goes on as this one does.
      state.stage += 1
      state.isJudged = true
      try host.snapshot(tag: "_stage\(state.stage - 1)")
    }
  }

  /// Does what follows a judgement: the next stage, the final retraining, or the end.
  func proceedFromJudgement(_ host: some PhaseHost) throws -> RunDecision {
    state.isJudged = false
    if try finishIfTargetReached(host) == .finish { return .finish }
    guard settings.keepsAccuracy else {
      output.app("    'Given pr to get acc' task done!")
      return .finish
    }
    return .proceed
  }

  private func rollBack(_ accuracy: Float, _ host: some PhaseHost) throws {
    for (index, family) in host.families.enumerated() where family.ratio > 0 {
      state.families[index].lastInfeasible = family.achieved
    }
    output.app(
      "    accuracy **bad**, going to roll back weights to iter = \(state.lastFeasibleIteration) (stage = \(state.stage - 1)). Reassign the incre_pr:"
    )
    state.averageSparsity -= state.increment
    // This assumes that accuracy falls linearly with sparsity.
    let increment =
      state.increment / (state.lastFeasibleAccuracy - accuracy) * (state.lastFeasibleAccuracy - settings.borderline)
    raiseTargets(by: increment, host)
    let tag = "_stage\(state.stage - 1)"
    output.app("    ===== resuming from: \(host.statePath(tag: tag, iteration: state.lastFeasibleIteration))")
    try host.restore(tag: tag, iteration: state.lastFeasibleIteration)
    enter(.prune, host)
    if increment < Ceiling.smallestIncrement {
      output.app("")
      output.app(
        " Stop: incre_pr is too small (<\(Ceiling.smallestIncrement.logged)), so another pruning stage is meaningless. Go to 'final_retrain'."
      )
      try startFinalRetrain(host)
    }
  }

  /// Sets the next targets, and the ceiling that goes with the increment.
  private func raiseTargets(by increment: Float, _ host: some PhaseHost) {
    state.increment = increment
    state.averageSparsity += increment
    state.ceiling = Ceiling.value(targetReg: settings.targetReg, increment: increment)
    output.app(
      "    incre_pr: \(increment.logged) (now ave_pr = \(state.averageSparsity.logged), target_reg = \(state.ceiling.logged))"
    )
    for (index, family) in host.families.enumerated() where family.ratio > 0 {
      let last = state.families[index].lastFeasible
      let target = min(last + increment / Self.standardSparsity * family.ratioStep, family.ratio)
      state.families[index].target = target
      state.families[index].finishedAt = nil
      output.app(
        "    \(index) - current_prune_ratio: \(last.logged) -> \(target.logged) (+\((target - last).logged))")
    }
  }

  private func finishIfTargetReached(_ host: some PhaseHost) throws -> RunDecision {
    guard state.speedupReached || host.families.allSatisfy({ $0.hasReached($0.ratio, settings.profile) })
    else { return .proceed }
    output.app("")
    let line = " All layer prune finished: iter = \(host.iteration)"
    if settings.endsAtTarget {
      output.app(line + " - early stopped.")
      reportLayers(host.layers)
      return .finish
    }
    output.app(line + " - Go to 'final_retrain'.")
    try startFinalRetrain(host)
    return .proceed
  }

  /// Goes back to the best net of the last good stage, or to the start where no stage was good, and trains it on.
  private func startFinalRetrain(_ host: some PhaseHost) throws {
    let best = state.lastFeasibleBest
    let (tag, iteration) = best.map { ("_stage\(state.stage - 1)-retrain", $0.iteration) } ?? ("_stage0", 0)
    try host.restore(tag: tag, iteration: iteration)
    output.app("    ===== resuming from: \(host.statePath(tag: tag, iteration: iteration))")
    enter(.finalRetrain, host)
  }
}
