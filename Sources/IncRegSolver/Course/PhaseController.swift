import Base
import Solver

/// The course of an IncReg run: when a stage of pruning is finished, how the net is retrained and judged, what comes
/// next. Owns learning rate, accumulation, snapshots and roll-backs; knows nothing of groups (caffe_increg,
/// solver.cpp).
///
/// prune -> losseval -> retrain -> judged: a good stage is followed by the next one or by final_retrain, a bad one is
/// rolled back and repeated with a smaller increment. Where no accuracy is to be kept there is one stage, and its
/// retraining is the end.
final class PhaseController: CourseKeeper {
  /// What the run was asked to do.
  let settings: IncRegSettings
  /// Where the run is.
  var state: ControlState
  let output: PruneOutput
  /// The families, by position; those of the blocks of a group convolution are together.
  private let blocks: [[Int]]

  /// The average sparsity for which `prune_ratio_step` is given.
  static let standardSparsity: Float = 0.5
  /// By how much the accuracy may be below its floor.
  static let tolerance: Float = 5e-4
  /// Increment of average sparsity per surplus of accuracy.
  static let incrementPerAccuracy: Float = 10
  /// The factor between the rates of two periods.
  static let rateDecay: Float = 0.1
  /// A rate below this gets no period. They are compared in double precision, as in the original.
  static let smallestRate = 1e-6

  /// A controller before its run begins.
  init(_ settings: IncRegSettings, families: [PrunedFamily], output: PruneOutput) {
    self.settings = settings
    self.output = output
    blocks = families.map(\.groups).blocks
    state = ControlState()
    state.ceiling = Ceiling.value(targetReg: settings.targetReg, increment: Ceiling.largestIncrement)
    state.families = families.map { family in
      let first = family.ratioStep * Ceiling.largestIncrement / Self.standardSparsity
      return ControlState.Family(target: settings.keepsAccuracy ? min(first, family.ratio) : family.ratio)
    }
  }

  /// Passes per update.
  var accumulation: Int { settings.accumulation[state.phase] ?? 1 }

  /// The rate of an update, where the policy says `policy`: the first one holds until a phase changes it.
  func learningRate(policy: Float) -> Float {
    let rate = state.learningRate ?? policy
    if rate != 0 { state.learningRate = rate }
    return rate
  }

  /// Whether a family's penalties grow in this iteration.
  func acts(on index: Int, _ family: PrunedFamily) -> Bool {
    state.phase == .prune && family.ratio > 0 && state.families[index].finishedAt == nil
  }

  /// Notes that a family's ratios are fresh: it may have reached its target.
  func refreshed(_ index: Int, _ family: PrunedFamily, _ masked: MaskedRatio, iteration: Int) -> Bool {
    guard state.families[index].finishedAt == nil else { return false }
    guard family.hasReached(state.families[index].target, settings.profile) || state.speedupReached else {
      return false
    }
    state.families[index].finishedAt = iteration
    // The line comes when the last block has reached its target.
    if blocks.first(where: { $0.contains(index) })?.allSatisfy({ state.families[$0].finishedAt != nil }) != false {
      output.detail(
        "\(family.name) prune finished!  step: \(iteration + 1)  net speedup: \(settings.speedup.logged)"
          + "  net compRatio: \(settings.compression.logged)  pruned_ratio: \(ratio(masked.overall))"
          + "  pruned_ratio_row: \(ratio(masked.rows))  pruned_ratio_col: \(ratio(masked.columns))"
          + "  current prune_ratio: \(state.families[index].target.logged)")
    }
    if state.families.allSatisfy({ $0.finishedAt != nil }) {
      state.stageFinished = true
      state.stageFinishedAt = iteration
    }
    return true
  }

  private func ratio(_ value: Float) -> String { Double(value).fixed(4) }

  /// Notes what pruning has saved.
  func counted(_ budget: Budget) { state.speedupReached = budget.speedup >= settings.speedup }

  /// Begins a run: says so, and saves the start of a new one.
  func begin(_ host: some PhaseHost) throws {
    let budget = host.budget()
    // A new run may have reached the target already. A resumed run goes on in its phase.
    if state.stage == 0 {
      counted(budget)
      if state.speedupReached { for index in state.families.indices { state.families[index].finishedAt = -1 } }
    }
    output.app(
      " Training starts, iter: \(host.iteration)\(output.stamp()), speedup: \(budget.speedup.logged), compRatio: \(budget.compression.logged)"
    )
    guard host.iteration == 0, state.stage == 0 else { return }
    try host.snapshot(tag: "_stage0")
    state.stage = 1
    state.lastFeasibleAccuracy = settings.baseline
    state.averageSparsity = Ceiling.largestIncrement
    state.increment = Ceiling.largestIncrement
  }

  /// Moves on after an update.
  func advance(_ host: some PhaseHost) throws -> RunDecision {
    if state.isJudged { return try proceedFromJudgement(host) }
    if state.phase == .prune, state.stageFinished { try finishStage(host) }
    if state.phase == .settle, host.iteration - (state.stageFinishedAt ?? 0) >= settings.settlingIterations {
      output.app(
        "    'losseval' done, retrain to check accuracy before starting a new pruning stage. iter: \(host.iteration)\(output.stamp())"
      )
      enter(.retrain, host)
    }
    if state.phase == .retrain, isDue(host), try check(host) == .finish { return .finish }
    // The check above may have begun this phase just now, and may have gone back to another iteration.
    if state.phase == .finalRetrain, isDue(host), state.finalBegan != host.iteration { return try check(host) }
    return .proceed
  }

  private func isDue(_ host: some PhaseHost) -> Bool {
    settings.checkInterval > 0 && host.iteration % settings.checkInterval == 0
  }

  private func finishStage(_ host: some PhaseHost) throws {
    let budget = host.budget()
    counted(budget)
    output.app("")
    output.app(
      " Current pruning stage (stage = \(state.stage)) finished. Go on training for a little while before checking accuracy."
        + " speedup: \(budget.speedup.logged), iter: \(state.stageFinishedAt ?? host.iteration)\(output.stamp())")
    for (index, family) in host.families.enumerated() where family.ratio > 0 {
      // The original says the ratio of columns, of whatever it prunes.
      let achieved =
        settings.profile == .reference ? host.layers[family.layer].achieved.columns : family.achieved
      output.app("    \(index) - pruned_ratio: \(achieved.logged)")
    }
    enter(.settle, host)
    try host.tell(.histogram(iteration: host.iteration, of: .penalty, GroupHistogram.penalties(host.families)))
    for (index, left) in host.clearPenalties(below: state.ceiling).enumerated() where !left.isEmpty {
      output.app(
        "    \(index) - \(left.count) columns' left reg not cleared, now cleared:"
          + left.map { " \($0.logged)" }.joined())
    }
  }

  /// Enters a phase.
  func enter(_ phase: CoursePhase, _ host: some PhaseHost) {
    state.phase = phase
    switch phase {
    case .prune:
      for (index, family) in host.families.enumerated() where family.ratio > 0 {
        state.families[index].finishedAt = nil
      }
      state.stageFinished = false
    case .settle: break
    case .retrain: state.stageRate = state.learningRate ?? 0
    case .finalRetrain:
      state.finalBegan = host.iteration
      // The rate is not known after a snapshot of caffe_increg. It is then the policy's next one.
      state.learningRate = state.lastRetrainRate > 0 ? state.lastRetrainRate : nil
    }
  }

  /// The tag of snapshots of this phase's checks.
  var checkTag: String { state.phase == .finalRetrain ? "_finalretrain" : "_stage\(state.stage)-retrain" }
}

// What every keeper of a course does.
extension PhaseController {
  var phase: CoursePhase { state.phase }
  var saved: SavedCourse { .search(state) }

  func aim(_ family: Int) -> Aim {
    let course = state.families[family]
    return Aim(target: course.target, lastFeasible: course.lastFeasible, ceiling: state.ceiling)
  }

  func cuts(at iteration: Int) -> Bool { false }
  func finish(after iteration: Int, isLast: Bool, _ families: @autoclosure () -> [PrunedFamily]) -> Stage.Finish {
    .nothing
  }
  var cutsAtBegin: Bool { false }
  func moved(_ host: some PhaseHost) {}
  func end(_ host: some PhaseHost) { reportLayers(host.layers) }

  func take(_ saved: SavedCourse, families: Int) throws {
    guard case .search(let saved) = saved else { throw IncRegError.state("course", "is not that of a search") }
    guard saved.families.count == families else {
      throw IncRegError.state("ratios", "are those of \(saved.families.count) layers; the net has \(families)")
    }
    guard saved.isPossible else { throw IncRegError.state("course", "has numbers out of range") }
    state = saved
  }
}
