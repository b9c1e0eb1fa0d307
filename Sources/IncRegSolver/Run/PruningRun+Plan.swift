import Base
import CaffeProto
import Pruning
import Solver

extension PruningRun {
  /// What this run is going to do.
  func plan(_ solver: Solver) -> RunPlan {
    var plan = RunPlan()
    guard let keeper else { return plan }
    let control = if case .search(let control) = keeper.saved { control } else { ControlState() }
    method.plan(
      &plan,
      PlannedRun(
        parameter: solver.parameter, iteration: solver.iteration, phase: keeper.phase, structure: method.structure,
        families: families, memories: entries.map(\.memory),
        open: families.enumerated().filter { keeper.acts(on: $0.offset, $0.element) }.map(\.element),
        undecayed: families.filter { $0.ratio > 0 && !decays($0, solver) }.map(\.name), control: control,
        work: wiring.work))
    addWork(to: &plan)
    return plan
  }

  /// Says what slimming will report, where all that is pruned can be taken away.
  private func addWork(to plan: inout RunPlan) {
    guard let work = wiring.work, !method.habits.choosesGoals else { return }
    let rest = work.multiplyAdds(
      families.filter { $0.ratio > 0 }.map { 1 - Double(method.goal($0)) / Double(max(1, $0.count)) })
    plan.lines.append(
      "multiply-adds: \(Int(work.whole)) -> \(Int(rest.rounded())) when all of this is pruned, \((work.whole / rest).fixed(2)) times fewer"
    )
  }
}
