import CaffeProto
import Pruning
import Solver

// Solver states: caffe_increg's fields for its own methods, and the section that makes a resumed run exact.
extension PruningRun {
  /// Adds all that the run knows.
  public func encode(into state: inout SolverState, _ solver: Solver) throws {
    guard let keeper else { return }
    state.pruneState = keeper.phase.rawValue
    if rules != nil { encodeCaffeFields(into: &state, solver) }
    let section = RunSection(
      method: Method.id, course: keeper.saved, random: random.snapshot, periodicSnapshot: periodicSnapshot,
      epoch: lastEpoch,
      families: entries.map { .init($0.family, $0.memory) }, layers: layers.map { .init($0) })
    try section.add(to: &state)
  }

  /// Takes what the run has saved. A roll-back keeps the course, and takes only what belongs to weights.
  public func decode(from state: SolverState, _ solver: Solver, rollback: Bool) throws {
    guard let keeper else { return }
    guard let section = try RunSection<Method.Memory>.read(Method.id, from: state) else {
      return try decodeForeign(state, solver, rollback: rollback)
    }
    try restore(section, rollback: rollback)
    if rollback { return reportRatios(solver) }
    try keeper.take(section.course, families: entries.count)
    guard section.random.count == random.snapshot.count else {
      throw IncRegError.state("random", "has \(section.random.count) words; expected \(random.snapshot.count)")
    }
    random.snapshot = section.random
    periodicSnapshot = section.periodicSnapshot
    lastEpoch = section.epoch
    goesOn = if case .search(let control) = section.course { control.stage > 0 } else { true }
    guard rules != nil, !solver.updateIsMade, solver.iteration > 0 else { return }
    noteLeftSnapshots(solver)
  }

  private func restore(_ section: RunSection<Method.Memory>, rollback: Bool) throws {
    guard section.layers.count == layers.count, section.families.count == entries.count else {
      throw IncRegError.state(
        "layers",
        "are \(section.layers.count) in \(section.families.count) families; the net has \(layers.count)"
          + " in \(entries.count)")
    }
    for (index, saved) in section.layers.enumerated() { try saved.restore(&layers[index], rollback: rollback) }
    for (index, saved) in section.families.enumerated() {
      try saved.restore(&entries[index].family)
      guard method.fits(saved.memory, entries[index].family) else {
        throw IncRegError.state("layer '\(saved.name)'", "does not fit the net's")
      }
      entries[index].memory = saved.memory
      entries[index].family.refresh(layers)
    }
  }

  /// Takes a state of caffe_increg, or begins with one of stock Caffe.
  private func decodeForeign(_ state: SolverState, _ solver: Solver, rollback: Bool) throws {
    guard rules == nil else { return try decodeCaffeFields(state, solver, rollback: rollback) }
    guard !state.hasPruneState else {
      throw IncRegError.state("field 1000", "is missing, and with it the state of \(Method.id)")
    }
    // The snapshot's weights are loaded by now.
    try adoptWeights(solver)
  }
}

// Periodic snapshots, of which caffe_increg keeps the newest.
extension PruningRun {
  /// Deletes the periodic snapshots before this one, as the original does.
  public func didSnapshot(_ solver: Solver) throws {
    guard rules != nil else { return }
    removePeriodicSnapshots(solver, but: solver.iteration)
    periodicSnapshot = solver.iteration
  }

  /// Deletes all periodic snapshots, but for that of iteration `kept`.
  func removePeriodicSnapshots(_ solver: Solver, but kept: Int? = nil) {
    for last in [periodicSnapshot].compactMap(\.self) + leftSnapshots where last != kept {
      OldSnapshot.remove(solver, iteration: last)
    }
    leftSnapshots = []
    periodicSnapshot = nil
  }

  /// Notes the snapshots that the next periodic one replaces: the one that the run resumes from, as without the stop,
  /// and the one before, which a run that was killed may not have removed yet.
  private func noteLeftSnapshots(_ solver: Solver) {
    let isPeriodic = solver.parameter.snapshot > 0 && solver.iteration % solver.parameter.snapshot == 0
    leftSnapshots = [isPeriodic ? periodicSnapshot : solver.iteration].compactMap(\.self)
    if isPeriodic { periodicSnapshot = solver.iteration }
  }
}
