import Base
import CaffeProto
import Pruning

extension GrowingReg {
  /// Says when the cut can come at the latest.
  public func plan(_ plan: inout RunPlan, _ run: PlannedRun<Choice>) {
    let name = run.parameter.pruneMethod
    let picking =
      settings.picks
      ? "all penalties grow by pick_step = \(settings.pickStep.logged) to pick_limit = \(settings.pickLimit.logged), where the groups are picked; then "
      : ""
    plan.lines.append(
      "\(name): every \(settings.interval) iterations (reg_interval) \(picking)the penalties of groups that go grow by reg_step = \(settings.step.logged) to reg_limit = \(settings.limit.logged), or until the others are \(settings.magnitudeRatio.logged) times larger (magnitude_ratio)"
    )
    plan.lines.append(
      "\(settings.settling) iterations later (settle_iters) the groups are cut, and the update rules begin anew")
    plan.add(run.families, run.structure, goal: goal)
    plan.addPolicyRate(run.parameter)
    plan.warnUnused(run.parameter)
    if run.phase == .finalRetrain {
      plan.lines.append("the cut is done")
    } else if let cut = latestCut(from: run.families.flatMap(\.state.penalty).max() ?? 0, run.iteration) {
      plan.lines.append("the cut is in iteration \(cut) at the latest")
      if cut >= run.parameter.maxIter {
        plan.warnings.append(
          "max_iter: \(run.parameter.maxIter) ends the run before that; it ends with the cut, and nothing is tuned")
      }
    } else {
      plan.warnings.append(
        "reg_step: steps of \(settings.step.logged) are lost to rounding before the limit is reached")
    }
  }

  /// The iteration of the cut where no ratio of magnitudes ends the growth before; nil where rounding does.
  private func latestCut(from penalty: Float, _ iteration: Int) -> Int? {
    var (penalty, steps) = (penalty, 0)
    func grow(by step: Float) -> Bool {
      defer { (penalty, steps) = (penalty + step, steps + 1) }
      return penalty + step > penalty
    }
    if settings.picks { while penalty < settings.pickLimit { guard grow(by: settings.pickStep) else { return nil } } }
    while penalty <= settings.limit { guard grow(by: settings.step) else { return nil } }
    let first = (iteration + settings.interval - 1) / settings.interval * settings.interval
    return first + max(0, steps - 1) * settings.interval + settings.settling
  }
}
