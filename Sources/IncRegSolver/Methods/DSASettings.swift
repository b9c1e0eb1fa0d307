import Base
import CaffeProto
import Pruning

/// What a solver prototxt asks of DSA, checked.
struct DSASettings: Sendable {
  /// The share of multiply-adds that is left.
  let budget: Double
  /// The weight of the share of multiply-adds beside the loss. It becomes larger where the bound needs it.
  let weight: Double
  /// The learning rate of keep ratios' logits, and where these begin.
  let rate: Double
  let start: Double
  /// Updates between two batches for the keep ratios; 0 uses the batches of the updates themselves.
  let interval: Int
  /// Iterations before the cut.
  let length: Int
  private let steepest: Double

  /// Of the iterations before the cut, the part in which the bound falls to the budget.
  private static let falling = 0.75

  /// - Throws: ``IncRegError/field(_:_:)``
  init(_ solver: SolverParameter) throws {
    let (check, given) = (SettingCheck(solver), solver.pruningParam)
    budget = try check.share("budget", given.budget)
    guard budget > 0 else { throw IncRegError.field("pruning_param.budget", "must be above 0") }
    weight = given.budgetWeight == 0 ? 0 : try check.positive("budget_weight", given.budgetWeight)
    rate = try check.positive("keep_lr", given.keepLr)
    start = Double(try check.finite("keep_start", given.keepStart))
    steepest = try check.positive("gate_slope", given.gateSlope)
    length = try check.atLeast(
      1, "iters_before_cut", given.hasItersBeforeCut ? given.itersBeforeCut : max(1, solver.maxIter * 2 / 5))
    interval = try check.atLeast(
      0, "keep_interval", given.hasKeepInterval ? given.keepInterval : min(given.keepInterval, length / 4))
    guard length <= solver.maxIter else {
      throw IncRegError.field(
        "pruning_param.iters_before_cut", "\(length) are more than the run has, \(solver.maxIter) iterations")
    }
    guard steepest >= 1 else { throw IncRegError.field("pruning_param.gate_slope", "must be at least 1") }
    guard interval < length else {
      throw IncRegError.field(
        "pruning_param.keep_interval",
        "must be below iters_before_cut, \(length), or nothing is learned; it is \(interval)")
    }
  }

  /// How steep gates are in an iteration: from 1 on evenly to `gate_slope` at the cut.
  func slope(at iteration: Int) -> Double { 1 + (steepest - 1) * Double(iteration) / Double(length) }

  /// The share of multiply-adds that keep ratios may ask for behind the step of an iteration: falling evenly from 1 to
  /// the budget, which it has reached after three quarters of the time.
  func bound(at iteration: Int) -> Double {
    1 - (1 - budget) * min(1, Double(iteration + 1) / (Self.falling * Double(length)))
  }
}

extension DSA {
  /// Says what is learned how long, from what, and what is left.
  public func plan(_ plan: inout RunPlan, _ run: PlannedRun<Keep>) {
    let name = run.parameter.pruneMethod
    let source =
      settings.interval > 0
      ? "from a batch of their own before every \(settings.interval) updates (keep_interval)"
      : "from the batches of updates (keep_interval: 0)"
    plan.lines.append(
      "\(name): for \(settings.length) iterations the keep ratios of \(run.families.count { $0.ratio > 0 }) families are learned, \(source), and gates hide channels at random"
    )
    plan.lines.append(
      "then the weakest channels are cut, and the update rules begin anew")
    for block in run.families.map(\.groups).blocks where run.families[block[0]].ratio > 0 {
      let family = run.families[block[0]]
      let channels = block.reduce(0) { $0 + run.families[$1].groups.channels }
      let done = block.reduce(0) { $0 + run.families[$1].state.prunedCount }
      plan.lines.append(
        "layer '\(family.name)': \(channels) channels, at most \(goal(family) * block.count) to prune\(done > 0 ? ", \(done) are pruned already" : "")"
      )
    }
    if let work = run.work {
      plan.lines.append(
        "multiply-adds: \(Int(work.whole)) -> at most \(Int(work.whole * settings.budget)) (budget \(settings.budget.logged))"
      )
    }
    plan.addPolicyRate(run.parameter)
    plan.warnUnused(run.parameter)
    if run.phase == .finalRetrain {
      plan.lines.append("the cut is done")
    } else if settings.length == run.parameter.maxIter {
      plan.warnings.append("pruning_param.iters_before_cut: the run ends with the cut, and nothing is tuned")
    }
  }
}
