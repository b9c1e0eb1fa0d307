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
        undecayed: families.filter { $0.ratio > 0 && !decays($0, solver) }.map(\.name), control: control))
    addWork(to: &plan)
    return plan
  }

  /// Says what slimming will report, where all that is pruned can be taken away.
  private func addWork(to plan: inout RunPlan) {
    guard method.structure is Channels else { return }
    var left = layers.map { (rows: 1.0, columns: 1.0, layer: $0) }
    for family in families where family.ratio > 0 {
      let share = Double(method.goal(family)) / Double(max(1, family.count))
      for (member, layer) in zip(family.groups.members, family.layers) {
        guard let layer else { continue }
        let slices = (0..<member.sliceCount).count { member.group(ofSlice: $0) >= 0 }
        let gone = share * Double(slices) / Double(member.sliceCount)
        if case .rows = member.slices { left[layer].rows -= gone } else { left[layer].columns -= gone }
      }
    }
    let all = left.reduce(0) { $0 + Double($1.layer.multiplyAdds) }
    let rest = left.reduce(0) { $0 + Double($1.layer.multiplyAdds) * $1.rows * $1.columns }
    plan.lines.append(
      "multiply-adds: \(Int(all)) -> \(Int(rest.rounded())) when all of this is pruned, \((all / rest).fixed(2)) times fewer"
    )
  }
}
