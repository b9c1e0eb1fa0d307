import Base
import Solver

/// Retraining: accuracy is checked, the rate falls where it stands still.
extension PhaseController {
  /// Checks accuracy (solver.cpp, CheckMaxAcc).
  func check(_ host: some PhaseHost) throws -> RunDecision {
    guard let watch = state.phase.watch(keepsAccuracy: settings.keepsAccuracy) else { return .proceed }
    let tag = checkTag
    try host.snapshot(tag: tag)
    guard let accuracy = try host.accuracy() else { return .proceed }
    state.plateau.record(.init(accuracy: accuracy, iteration: host.iteration))
    let name = "    '\(state.phase.rawValue)'"
    output.app(
      "\(name) going on, current acc = \(Double(accuracy).fixed()), iter: \(host.iteration)\(output.stamp())")
    guard state.plateau.isExhausted(watch), let best = state.plateau.best, let overall = state.plateau.overall else {
      return .proceed
    }
    state.plateau.decay()
    var rate = (state.learningRate ?? 0) * Self.rateDecay
    state.learningRate = rate
    output.app(
      "\(name) of current lr period finished, final acc = \(Double(best.accuracy).fixed()), iter = \(best.iteration),"
        + " decay lr (new: \(Double(rate).fixed(7)))\(output.stamp())")
    try host.restore(tag: tag, iteration: best.iteration)
    if state.phase == .finalRetrain {
      report(overall, host)
      try tell(best: overall, tag, host)
      host.removePeriodicSnapshots()
      return .finish
    }
    if state.plateau.isFinished || Double(rate) < Self.smallestRate {
      // The decayed rate was not used.
      rate /= Self.rateDecay
      let first = state.plateau.first ?? best
      output.app(
        "    All 'retrain' done: lr has decayed enough OR max acc of this lr period is not better than the previous one."
          + " Output the best caffemodel, iter = \(overall.iteration), acc = \(overall.accuracy.logged)."
          + " Resuming from iter = \(first.iteration)")
      try tell(best: overall, tag, host)
      try host.restore(tag: tag, iteration: first.iteration)
      state.lastRetrainRate = rate
      // The rate is not known where the retraining was resumed from a state of caffe_increg. It is then the policy's
      // next one.
      state.learningRate = state.stageRate > 0 ? state.stageRate : nil
      let accuracy = state.plateau.meanOfBest
      state.plateau = Plateau()
      try judge(accuracy, best: overall, host)
      return try proceedFromJudgement(host)
    }
    state.plateau.startPeriod()
    return .proceed
  }

  private func tell(best: Plateau.Check, _ tag: String, _ host: some PhaseHost) throws {
    try host.tell(
      .best(
        iteration: host.iteration, of: best.iteration, accuracy: best.accuracy, phase: state.phase,
        state: host.statePath(tag: tag, iteration: best.iteration)))
  }

  private func report(_ best: Plateau.Check, _ host: some PhaseHost) {
    func line(_ what: String, _ check: Plateau.Check) {
      output.app(
        "    All \(what) done. Output the best caffemodel, iter = \(check.iteration), acc = \(Double(check.accuracy).fixed())"
      )
    }
    line("'final_retrain'", best)
    if let feasible = state.lastFeasibleBest, feasible.accuracy >= best.accuracy {
      line("prune", feasible)
    } else {
      line("prune", best)
    }
    reportLayers(host.layers)
  }

  /// Says what is pruned, layer by layer in the order of their names.
  func reportLayers(_ layers: [PrunableLayer]) {
    output.app("")
    output.app(" Print final pruned ratio of all layers:")
    for layer in layers.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }) {
      let (rows, columns) = (layer.matrix.rows, layer.matrix.columns)
      func share(_ part: Int, _ whole: Int) -> String { (Double(part) / Double(whole)).fixed() }
      let masked = Int(layer.countedColumns)
      let (weights, all) = (layer.mask.maskedElements, layer.shape.count)
      let ofWeights =
        weights > 0 ? " | num_weight = \(all), num_pruned_weight = \(weights) (\(share(weights, all)))" : ""
      output.app(
        "    \(layer.name), shape = \(layer.shape) | num_col = \(columns), num_pruned_col = \(masked) (\(share(masked, columns)))"
          + " | num_row = \(rows), num_pruned_row = \(layer.countedRows) (\(share(layer.countedRows, rows)))"
          + ofWeights)
    }
  }
}
