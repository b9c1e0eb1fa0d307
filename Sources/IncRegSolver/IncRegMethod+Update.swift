import Engine
import Solver

extension IncRegMethod {
  /// Moves all layers' ranks and penalties on, each on one thread, and prunes what has reached the ceiling; its weights are
  /// masked by the update. It happens once per update: before the first pass where parameters are updated early, else after
  /// the last one.
  func regularize(_ solver: Solver) {
    guard let controller else { return }
    layers.forEachConcurrently { layer, index in
      regularizers[index].turn = turn(&layer, index, controller, solver)
    }
  }

  /// Gradients are masked as they were before. The ratio is the one counted before the first pass: the momentum of what was
  /// pruned since is masked in the next iteration, unless something else of the layer was masked before (Q4).
  private func turn(
    _ layer: inout PrunableLayer, _ index: Int, _ controller: PhaseController, _ solver: Solver
  ) -> RankRegularizer.Turn {
    let before = layer.mask.matrix
    var turn = RankRegularizer.Turn()
    if controller.isPruning(index, layer), !isSwitchedOff(parameter: layer.parameter, solver) {
      let weight = solver.net.parameters[layer.parameter].blob
      let course = controller.state.layers[index]
      let situation = RankRegularizer.Situation(
        iteration: solver.iteration, step: settings.step, ceiling: controller.state.ceiling, target: course.target,
        lastFeasible: course.lastFeasible)
      let outcome =
        settings.kind == .row && settings.profile == .reference
        ? ReferenceRowRegularizer()(&layer, weights: weight.data, situation)
        : regularizers[index](&layer, weight: weight, situation)
      if outcome.excess == nil {
        turn.terms = layer.terms(penalty: layer.state.lambda)
        turn.terms?.sums = regularizers[index].sums
      }
      if !outcome.pruned.isEmpty { turn.terms?.weightMask = layer.mask.matrix }
      turn.outcome = outcome
    }
    if layer.achieved.overall > 0 {
      var masked = turn.terms ?? GroupTerms(layer.space.wholeMatrix)
      masked.gradientMask = before
      if layer.unsettled > 0 { masked.historyMask = layer.mask.matrix }
      turn.terms = masked
    }
    return turn
  }

  /// What a layer's turn adds to the update of its weight.
  public func terms(_ solver: Solver, parameter index: Int) throws -> GroupTerms? {
    layerOfParameter[index].flatMap { regularizers[$0].turn.terms }
  }

  /// Says what the turns came to, and tells neighbours.
  func report() {
    for index in layers.indices {
      if let outcome = regularizers[index].turn.outcome { report(outcome, of: index) }
      regularizers[index].turn = RankRegularizer.Turn()
    }
  }

  private func report(_ outcome: RankRegularizer.Outcome, of layer: Int) {
    if let excess = outcome.excess { output.detail("BUG: num_col_to_prune_ = \(excess)") }
    if settings.kind == .row {
      if settings.propagates { layers[layer].prunedRows += outcome.pruned }
    } else if settings.kind == .column {
      Neighbours.queueRows(for: outcome.pruned, of: layer, in: &layers, enabled: settings.propagates)
    }
    let space = settings.kind == .row ? "  " : "   "
    for change in outcome.reduced {
      output.detail(
        "reduce reg: \(layers[layer].name)-\(change.group)\(space)old reg: \(change.before.logged)\(space)new reg: \(change.after.logged)"
      )
    }
  }
}
