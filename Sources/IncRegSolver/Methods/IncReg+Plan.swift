import Base
import CaffeProto
import Pruning

extension IncReg {
  /// Says what this run is going to do.
  public func plan(_ plan: inout RunPlan, _ run: PlannedRun<Ranks>) {
    let control = run.control
    plan.lines.append("\(run.parameter.pruneMethod), " + goal)
    if control.stage > 0 {
      plan.lines.append("goes on in phase '\(control.phase.rawValue)' of stage \(control.stage)")
    }
    plan.add(run.families, structure, targets: control.families.map(\.target))
    addCeiling(run, to: &plan)
    addTraining(control, run.parameter, to: &plan)
    addChecks(to: &plan)
    addSwitchedOff(run, to: &plan)
    addTargets(run.parameter, to: &plan)
    for family in run.families where settings.keepsAccuracy && family.ratio > 0 && family.ratioStep <= 0 {
      plan.warnings.append(
        "layer '\(family.name)': prune_param.prune_ratio_step: \(family.ratioStep.logged); the targets of the stages do not rise without it, and the layer will not be pruned"
      )
    }
  }

  private var goal: String {
    settings.keepsAccuracy
      ? "looking for the sparsity that keeps the accuracy at \(settings.borderline.logged) (acc_borderline; the whole net has \(settings.baseline.logged)), in stages"
      : "looking for the best accuracy at the given ratios (acc_borderline \(settings.borderline.logged)), in one stage"
  }

  private func addCeiling(_ run: PlannedRun<Ranks>, to plan: inout RunPlan) {
    let ceiling = run.control.ceiling
    let scheme = settings.centreSymmetric ? "centre-symmetric" : "discontinuous"
    plan.lines.append(
      "penalties grow by at most AA = \(settings.step.logged) an iteration (\(scheme)); a group falls at \(ceiling.logged), \((ceiling / settings.targetReg).logged) times target_reg"
    )
    if ceiling == Ceiling.cap {
      plan.warnings.append(
        "target_reg: \(settings.targetReg.logged) gives the largest ceiling there is, \(Ceiling.cap.logged)")
    }
    guard run.phase == .prune else {
      plan.lines.append("nothing is pruned before the next stage")
      return
    }
    guard !run.open.isEmpty else {
      plan.lines.append("every layer has reached its target already")
      return
    }
    let highest = run.open.flatMap { family in family.state.living.map { family.state.penalty[$0] } }.max()
    guard let steps = Ceiling.steps(from: highest ?? 0, by: settings.step, to: ceiling) else {
      plan.warnings.append(
        "AA: steps of \(settings.step.logged) are lost to rounding before a penalty reaches \(ceiling.logged): nothing can be pruned"
      )
      return
    }
    plan.addFirstFall(run.iteration + steps - 1, run.parameter)
  }

  private func addTraining(_ control: ControlState, _ parameter: SolverParameter, to plan: inout RunPlan) {
    let rate =
      control.learningRate.map { "goes on at \($0.logged)" }
      ?? "the one that lr_policy '\(parameter.lrPolicy)' gives in the first update (base_lr \(parameter.baseLr.logged)) holds"
    plan.lines.append("learning rate: \(rate); retraining divides it by 10 where accuracy does not rise any more")
    if control.learningRate == nil, parameter.lrPolicy != "fixed" {
      plan.warnings.append("lr_policy: '\(parameter.lrPolicy)' is asked in the first update only")
    }
    let passes = CoursePhase.allCases.map { "\($0.rawValue) \((settings.accumulation[$0] ?? 1) * parameter.iterSize)" }
    plan.lines.append("passes per update: \(passes.joined(separator: ", "))")
  }

  private func addSwitchedOff(_ run: PlannedRun<Ranks>, to plan: inout RunPlan) {
    guard !run.undecayed.isEmpty else { return }
    let names = run.undecayed.map { "'\($0)'" }.joined(separator: ", ")
    plan.warnings.append(
      (run.parameter.weightDecay == 0 ? "weight_decay: 0" : "param.decay_mult: 0 in \(names)")
        + (settings.profile == .reference
          ? "; in the profile 'reference' \(names) will never be pruned"
          : "; \(names) will be pruned all the same, which caffe_increg does not do (--profile reference)"))
  }

  private func addTargets(_ parameter: SolverParameter, to plan: inout RunPlan) {
    for (field, value) in [("acc_borderline", settings.borderline), ("baseline_acc", settings.baseline)] where value > 1
    {
      plan.warnings.append("\(field): \(value.logged); accuracies are fractions of 1")
    }
    if settings.speedup <= 1 {
      plan.warnings.append(
        "speedup: \(settings.speedup.logged) is reached before the run begins: nothing will be pruned")
    }
    if parameter.hasCompRatio {
      plan.warnings.append(
        "compRatio: means nothing to '\(parameter.pruneMethod)', which does not prune single weights")
    }
  }

  private func addChecks(to plan: inout RunPlan) {
    let interval = settings.checkInterval
    plan.lines.append(
      "after pruning: \(settings.settlingIterations) iterations of settling, then retraining"
        + (interval > 0 ? " with a check of the accuracy every \(interval) iterations" : " without checks"))
    if settings.settlingIterations == 0 {
      plan.warnings.append("losseval_interval: 0; accuracy is judged right after pruning")
    }
    if interval == 0 {
      plan.warnings.append(
        "retrain_test_interval: 0; without checks retraining has no end but max_iter"
          + (settings.keepsAccuracy ? ", and no second stage ever begins" : ""))
    }
  }
}
