import Engine
import Pruning
import Solver

/// The run as the keeper of its course sees it.
final class RunHost<Method: PruningMethod>: PhaseHost {
  private let run: PruningRun<Method>
  private let solver: Solver

  init(_ run: PruningRun<Method>, _ solver: Solver) { (self.run, self.solver) = (run, solver) }

  var iteration: Int { solver.iteration }
  var layers: [PrunableLayer] { run.layers }
  var families: [PrunedFamily] { run.families }

  func budget() -> Budget { Budget(run.layers, rule: .init(solver.parameter)) }

  func accuracy() throws -> Float? {
    solver.log.info("-------------------------- retrain test begins --------------------------")
    let results = try solver.testAll()
    guard results.count == solver.testNets.count, let last = results.last else { return nil }
    solver.log.info("-------------------------- retrain test ends --------------------------")
    // Of several test nets the last one decides, as in the original.
    let accuracies = last.filter(\.name.isAccuracy).flatMap(\.values)
    let accuracy = solver.parameter.ifUseAcc1 ? accuracies.min() : accuracies.max()
    guard let accuracy else { throw IncRegError.noAccuracy(outputs: last.map(\.name)) }
    return accuracy
  }

  func snapshot(tag: String) throws { try solver.snapshot(tag: tag) }

  func removePeriodicSnapshots() { run.removePeriodicSnapshots(solver) }

  func statePath(tag: String, iteration: Int) -> String {
    let isBinary = solver.parameter.snapshotFormat == .binaryproto
    return solver.snapshotPath(tag: tag, iteration: iteration, ending: isBinary ? ".solverstate" : ".solverstate.h5")
  }

  func restore(tag: String, iteration: Int) throws {
    let before = solver.iteration
    try solver.restore(statePath(tag: tag, iteration: iteration), rollback: true)
    try tell(.restored(iteration: solver.iteration, from: before))
  }

  func tell(_ event: PruneEvent) throws { try solver.tell(event) }

  func clearPenalties(below ceiling: Float) -> [[Float]] {
    let byColumns = run.rules.map { $0.prunesRows && $0.isReference } ?? false
    return run.entries.indices.map { index in
      let family = run.entries[index].family
      guard family.ratio > 0 else { return [] }
      return byColumns
        ? run.entries[index].family.clearRowsByColumns(run.layers[family.layer], below: ceiling)
        : run.entries[index].family.clearPenalties(below: ceiling)
    }
  }
}

extension PrunedFamily {
  /// Sets the penalties of living groups to zero where they are positive and below `ceiling`.
  ///
  /// - Returns: these penalties, as they were
  mutating func clearPenalties(below ceiling: Float) -> [Float] {
    var left: [Float] = []
    for group in state.living {
      let penalty = state.penalty[group]
      guard penalty > 0, penalty < ceiling else { continue }
      left.append(penalty)
      state.penalty[group] = 0
    }
    return left
  }

  /// The same for rows as caffe_increg does it: it looks at the penalty of the first row once for every living column,
  /// and clears the columns of all rows (Q17).
  mutating func clearRowsByColumns(_ layer: PrunableLayer, below ceiling: Float) -> [Float] {
    guard let first = state.penalty.first, first > 0, first < ceiling else { return [] }
    let living = (0..<layer.matrix.columns).filter { !layer.mask.isMasked(column: $0, block: 0) }
    // A row's penalty is read from its first column.
    if living.first == 0 { for row in state.penalty.indices { state.penalty[row] = 0 } }
    return living.map { _ in first }
  }
}
