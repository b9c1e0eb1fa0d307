import Base
import Engine
import Solver

// Cuts between two updates, and what follows them.
extension PruningRun {
  /// Cuts where the course begins with that.
  func cutAtBegin(_ solver: Solver) throws {
    guard try running().cutsAtBegin else { return }
    try cut(solver)
    _ = try renewStatistics(solver, isRepeated: false)
  }

  /// Cuts behind an update where that is due.
  ///
  /// - Returns: false where somebody outside stopped the run in a test; the resumed run does all of it again
  func cutIfDue(_ solver: Solver) throws -> Bool {
    let isLast = solver.iteration + 1 >= solver.parameter.maxIter
    let finish = try running().finish(after: solver.iteration, isLast: isLast, families)
    guard finish != .nothing else { return true }
    try cut(solver)
    if finish == .cutAndReset { solver.resetOptimiser() }
    return try renewStatistics(solver)
  }

  private func cut(_ solver: Solver) throws {
    let needs = type(of: method.importance).needs
    if needs.contains(.gradients) {
      gradients = try solver.gradients(batches: method.scoreBatches, statistics: .running, keepsPosition: true)
    }
    if needs.contains(.activations) {
      activity = try solver.activity(
        of: Set(families.flatMap(\.groups.sites).map(\.blob)), batches: method.scoreBatches, statistics: .running,
        keepsPosition: true)
    }
    defer { (gradients, activity) = (nil, nil) }
    let before = prunedCounts
    try actAtOnce(.cut, solver)
    try tellCut(solver, from: before)
  }

  /// Takes the running statistics of normalisations anew, which are those of the net before groups were set to zero,
  /// and says what a test gives with both.
  ///
  /// - Parameter isRepeated: whether it is made again where somebody outside stops the run in the first test
  /// - Returns: false where that happened
  func renewStatistics(_ solver: Solver, isRepeated: Bool = true) throws -> Bool {
    let parameter = solver.parameter
    let isNormalised = solver.net.layers.contains {
      ($0.layer as? any StatisticsLayer).map { !$0.usesRunningStatistics } ?? false
    }
    guard parameter.reestimateStatistics, parameter.reestimateBatches > 0, isNormalised else { return true }
    let before = try tested(solver)
    if before == nil, isRepeated { return false }
    try solver.reestimateStatistics(batches: parameter.reestimateBatches, keepsPosition: true)
    guard let after = try tested(solver), let before else { return !isRepeated }
    try solver.tell(
      PruneEvent.statistics(
        iteration: solver.iteration,
        zip(before, after).map { .init(name: $0.name, before: $0.value, after: $1.value) }))
    for (old, new) in zip(before, after) {
      output.app(
        " Statistics of normalisations taken anew: \(old.name) = \(old.value.logged) -> \(new.value.logged), iter: \(solver.iteration)\(output.stamp())"
      )
    }
    return true
  }

  /// The accuracies of a test, or all outputs where there are none; the run does not know of the test afterwards. Nil
  /// where somebody outside stopped the run in it.
  private func tested(_ solver: Solver) throws -> [(name: String, value: Float)]? {
    guard !solver.testNets.isEmpty else { return [] }
    let sources = solver.testNets.flatMap { $0.layers.compactMap { $0.layer as? any PositionedLayer } }
    let (positions, numbers) = (sources.map(\.position), solver.random.snapshot)
    let results = try solver.testAll()
    guard results.count == solver.testNets.count else { return nil }
    solver.random.snapshot = numbers
    for (source, position) in zip(sources, positions) { source.position = position }
    let outputs = results.flatMap(\.self)
    let accuracies = outputs.filter { NetOutput.isAccuracy($0.name) }
    return (accuracies.isEmpty ? outputs : accuracies).flatMap { output in
      output.values.map { (name: output.name, value: $0) }
    }
  }
}
