import Base
import Solver

/// Keeps a run in a list of stages.
final class StageKeeper: CourseKeeper {
  private let stages: [Stage]
  private let ratios: [Float]
  private let output: PruneOutput
  private var number = 0

  init(_ stages: [Stage], families: [PrunedFamily], output: PruneOutput) {
    (self.stages, self.output) = (stages, output)
    ratios = families.map(\.ratio)
  }

  private var stage: Stage { stages[number] }
  private var isLast: Bool { number + 1 == stages.count }

  var phase: CoursePhase { stage.phase }
  var accumulation: Int { 1 }
  var saved: SavedCourse { .stage(number) }

  func learningRate(policy: Float) -> Float { policy }
  func aim(_ family: Int) -> Aim { Aim(target: ratios[family]) }
  func acts(on family: Int, _ state: PrunedFamily) -> Bool { stage.phase == .prune && state.ratio > 0 }

  func cuts(at iteration: Int) -> Bool {
    guard stage.finish == .cut, case .iteration(let end) = stage.end else { return false }
    return iteration + 1 >= end
  }

  func finish(after iteration: Int, isLast: Bool, _ families: @autoclosure () -> [PrunedFamily]) -> Stage.Finish {
    switch stage.finish {
    case .nothing: .nothing
    case .cut: stage.end == .run && isLast ? .cut : .nothing
    case .cutAndReset: isLast || ends(with: iteration, families()) ? .cutAndReset : .nothing
    }
  }

  var cutsAtBegin: Bool { number == 0 && stage.end == .iteration(0) }

  /// Whether the stage ends with the update of an iteration.
  private func ends(with iteration: Int, _ families: @autoclosure () -> [PrunedFamily]) -> Bool {
    switch stage.end {
    case .iteration(let end): return iteration + 1 >= end
    case .finished(let settling):
      let open = families().filter { $0.ratio > 0 }
      let ends = open.compactMap(\.finishedAt)
      return ends.count == open.count && iteration >= (ends.max() ?? 0) + settling
    case .reached, .run: return false
    }
  }

  func refreshed(_ index: Int, _ family: PrunedFamily, _ masked: MaskedRatio, iteration: Int) -> Bool { false }

  func begin(_ host: some PhaseHost) {
    if cutsAtBegin { number = 1 }
    output.app(" Training starts, iter: \(host.iteration)\(output.stamp()), speedup: \(host.budget().speedup.logged)")
  }

  func moved(_ host: some PhaseHost) {
    guard case .reached(let speedup) = stage.end else { return }
    let budget = host.budget()
    guard budget.speedup >= speedup || host.families.allSatisfy({ $0.groupsLeft == 0 }) else { return }
    goOn(host, budget)
  }

  func advance(_ host: some PhaseHost) -> RunDecision {
    if ends(with: host.iteration, host.families) { goOn(host, host.budget()) }
    return .proceed
  }

  private func goOn(_ host: some PhaseHost, _ budget: Budget) {
    guard !isLast else { return }
    number += 1
    guard phase == .finalRetrain else { return }
    output.app(
      " All layer prune finished: iter = \(host.iteration)\(output.stamp()) - Go on fine-tuning. speedup: \(budget.speedup.logged)"
    )
  }

  func take(_ saved: SavedCourse, families: Int) throws {
    guard case .stage(let saved) = saved, stages.indices.contains(saved) else {
      throw IncRegError.state("course", "is not one of \(stages.count) stages")
    }
    number = saved
  }

  func end(_ host: some PhaseHost) {}
}
