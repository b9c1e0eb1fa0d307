import Pruning
import Solver

// Groups that are hidden while a pass runs: the weights that make them, or what multiplies them where gates are
// learned.
extension PruningRun {
  /// Draws what is hidden in the coming passes, in the order of families and groups.
  func draw() {
    guard method.habits.hides, let keeper else { return }
    for index in entries.indices where entries[index].family.ratio > 0 {
      let family = entries[index].family
      let acts = keeper.acts(on: index, family)
      entries[index].family.state.hidden =
        acts ? method.hides(family, entries[index].memory, random) : [Bool](repeating: false, count: family.count)
      let zeros = [Double](repeating: 0, count: acts && method.habits.gates != nil ? family.count : 0)
      (entries[index].gateGradient, entries[index].seenByGates) = (zeros, zeros)
    }
  }

  /// Keeps the values of what is hidden aside, and sets them to zero.
  func hide(_ solver: Solver) {
    forHidden { family, part in
      let values = solver.net.parameters[part.parameter].blob.mutableData
      if backups[part.parameter] == nil { backups[part.parameter] = Array(values) }
      part.member.scale(values) { family.state.hidden[$0] ? 0 : 1 }
    }
  }

  /// Brings hidden values back, and clears their gradients. What these say about gates is noted before.
  ///
  /// - Parameter isLast: whether the gradients of all passes are complete
  func bringBack(_ solver: Solver, isLast: Bool) throws {
    let learns = method.habits.gates == .updates && phase == .prune
    if learns { noteGateGradients(solver) { Array(solver.net.parameters[$0].blob.diff) } }
    restoreHidden(solver)
    forHidden { family, part in
      part.member.scale(solver.net.parameters[part.parameter].blob.mutableDiff) { family.state.hidden[$0] ? 0 : 1 }
    }
    if learns, isLast { try actOnGates(solver, passes: solver.parameter.iterSize) }
  }

  /// Where gates are learned from batches of their own, and one is due, takes the gradients of such a batch, and lets
  /// the method act on them.
  func learnGates(_ solver: Solver) throws {
    guard case .ownBatches(let interval) = method.habits.gates, phase == .prune, solver.iteration > 0,
      solver.iteration % interval == 0
    else { return }
    draw()
    hide(solver)
    let gates = Set(wiring.hidden.flatMap(\.parts).map(\.parameter))
    var gradients: [Int: [Float]] = [:]
    try solver.score(batches: 1, statistics: .batch) { part in
      if gates.contains(part.parameter) { gradients[part.parameter] = Array(part.gradient) }
    }
    noteGateGradients(solver) { gradients[$0] ?? [Float](repeating: 0, count: solver.net.parameters[$0].blob.count) }
    restoreHidden(solver)
    try actOnGates(solver, passes: 1)
  }

  private func actOnGates(_ solver: Solver, passes: Int) throws {
    for index in entries.indices where passes > 1 {
      for group in entries[index].gateGradient.indices { entries[index].gateGradient[group] /= Double(passes) }
    }
    try act(.gates, solver) { running, entry in running.acts(on: entry, entries[entry].family) }
  }

  /// Adds up the gradients of gates. The gradients of parameters are sums over all passes so far, but those of hidden
  /// groups are cleared after each pass.
  private func noteGateGradients(_ solver: Solver, _ gradients: (_ parameter: Int) -> [Float]) {
    for index in entries.indices where !entries[index].gateGradient.isEmpty {
      let hidden = entries[index].family.state.hidden
      let now = wiring.hidden[index].gradient(
        hidden.count, { backups[$0] ?? Array(solver.net.parameters[$0].blob.data) }, gradients)
      for group in now.indices {
        entries[index].gateGradient[group] += now[group] - entries[index].seenByGates[group]
        entries[index].seenByGates[group] = hidden[group] ? 0 : now[group]
      }
    }
  }

  private func restoreHidden(_ solver: Solver) {
    for (parameter, values) in backups { solver.net.parameters[parameter].blob.mutableData.copy(values) }
    backups = [:]
  }

  private func forHidden(_ body: (PrunedFamily, FamilyGates.Part) -> Void) {
    guard method.habits.hides else { return }
    for (index, entry) in entries.enumerated() where entry.family.state.hidden.contains(true) {
      for part in wiring.hidden[index].parts { body(entry.family, part) }
    }
  }
}
