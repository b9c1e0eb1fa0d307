import Solver

/// The run as the phase controller sees it.
final class SolverHost: PhaseHost {
  private let method: IncRegMethod
  private let solver: Solver

  init(_ method: IncRegMethod, _ solver: Solver) {
    self.method = method
    self.solver = solver
  }

  var iteration: Int { solver.iteration }
  var layers: [PrunableLayer] { method.layers }

  func budget() -> Budget { Budget(method.layers, rule: method.settings.budget) }

  func accuracy() throws -> Float? {
    solver.log.info("-------------------------- retrain test begins --------------------------")
    let results = try solver.testAll()
    guard results.count == solver.testNets.count, let last = results.last else { return nil }
    solver.log.info("-------------------------- retrain test ends --------------------------")
    // Of several test nets the last one decides, as in the original.
    let accuracies = last.filter(\.name.isAccuracy).flatMap(\.values)
    let accuracy = method.settings.usesSmallestAccuracy ? accuracies.min() : accuracies.max()
    guard let accuracy else { throw IncRegError.noAccuracy(outputs: last.map(\.name)) }
    return accuracy
  }

  func snapshot(tag: String) throws { try solver.snapshot(tag: tag) }

  func removePeriodicSnapshots() { method.removePeriodicSnapshots(solver) }

  func statePath(tag: String, iteration: Int) -> String {
    let isBinary = solver.parameter.snapshotFormat == .binaryproto
    return solver.snapshotPath(tag: tag, iteration: iteration, ending: isBinary ? ".solverstate" : ".solverstate.h5")
  }

  func restore(tag: String, iteration: Int) throws {
    try solver.restore(statePath(tag: tag, iteration: iteration), rollback: true)
  }

  func clearPenalties(below ceiling: Float) -> [[Float]] {
    let byColumns = method.settings.kind == .row && method.settings.profile == .reference
    return method.layers.indices.map {
      byColumns
        ? method.layers[$0].clearRowsByColumns(below: ceiling) : method.layers[$0].clearPenalties(below: ceiling)
    }
  }
}

extension String {
  /// Whether an output of this name is an accuracy: case does not matter for its first letter.
  var isAccuracy: Bool { contains("ccuracy") }
}

extension PrunableLayer {
  /// Sets the penalties of living groups to zero where they are positive and below `ceiling`; gives them.
  mutating func clearPenalties(below ceiling: Float) -> [Float] {
    guard ratio > 0 else { return [] }
    var left: [Float] = []
    for group in state.lambda.indices where !state.isPruned(group) {
      let lambda = state.lambda[group]
      guard lambda > 0, lambda < ceiling else { continue }
      left.append(lambda)
      state.lambda[group] = 0
    }
    return left
  }

  /// The same for rows as caffe_increg does it: it looks at the penalty of the first row once for every living column, and
  /// clears the columns of all rows (Q17).
  mutating func clearRowsByColumns(below ceiling: Float) -> [Float] {
    guard ratio > 0, let first = state.lambda.first, first > 0, first < ceiling else { return [] }
    let living = (0..<space.columns).filter { !mask.isMasked(column: $0, group: 0) }
    // What a row's penalty is, is read from its first column.
    if living.first == 0 { for row in state.lambda.indices { state.lambda[row] = 0 } }
    return living.map { _ in first }
  }
}
