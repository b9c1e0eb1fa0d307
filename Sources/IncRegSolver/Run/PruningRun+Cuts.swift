import Base
import Engine
import Solver

// Cuts between two updates, and what follows them.
extension PruningRun {
  /// Cuts before the first iteration, where the course begins with a cut.
  func cutAtBegin(_ solver: Solver) throws {
    guard try running().cutsAtBegin else { return }
    _ = try testBeforeCut(solver)
    try cut(solver)
    _ = try renewStatistics(solver, isRepeated: false)
    _ = try testBehindCut(solver)
  }

  /// Cuts behind an update where that is due.
  ///
  /// - Returns: false where somebody outside stopped the run in a test; the resumed run does all of it again
  func cutIfDue(_ solver: Solver) throws -> Bool {
    let isLast = solver.iteration + 1 >= solver.parameter.maxIter
    let finish = try running().finish(after: solver.iteration, isLast: isLast, families)
    // A cut that came with the update is tested here.
    guard finish != .nothing else { return try testBehindCut(solver) }
    guard try testBeforeCut(solver) else { return false }
    try cut(solver)
    if finish == .cutAndReset { solver.resetOptimiser() }
    guard try renewStatistics(solver) else { return false }
    return try testBehindCut(solver)
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
    let (before, scores) = (prunedCounts, try scored(solver))
    try actAtOnce(.cut, solver)
    try tellCut(solver, from: before)
    if prunedCounts != before { try tellScores(solver, scores) }
    sayGoals(solver)
  }

  /// Says how much is pruned, where the method has chosen how much.
  private func sayGoals(_ solver: Solver) {
    guard method.habits.choosesGoals, let work = wiring.work else { return }
    let pruned = families.filter { $0.ratio > 0 }
    let left = work.multiplyAdds(pruned.map { Double($0.state.living.count) / Double(max(1, $0.count)) })
    let kept = pruned.map { "\($0.name) \($0.state.living.count) of \($0.count)" }
    output.app(
      " Multiply-adds: \(Int(work.whole)) -> \(Int(left.rounded())), \((left / work.whole).fixed(4)) of all; kept: \(kept.joined(separator: ", ")), iter: \(solver.iteration)\(output.stamp())"
    )
  }

  /// Takes the running statistics of normalisations anew, since they are still those from before groups were set to
  /// zero, and says what a test gives with the old and with the new ones.
  ///
  /// - Parameter isRepeated: whether the resumed run does it again if somebody outside stops this one in the first test
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
    guard let outputs = try testedOutputs(solver) else { return nil }
    let accuracies = outputs.filter(\.name.isAccuracy)
    return (accuracies.isEmpty ? outputs : accuracies).flatMap { output in
      output.values.map { (name: output.name, value: $0) }
    }
  }

  /// The outputs of a test, of which the run does not know afterwards; nil where somebody outside stopped the run in
  /// it.
  private func testedOutputs(_ solver: Solver) throws -> [NetOutput]? {
    guard !solver.testNets.isEmpty else { return [] }
    let sources = solver.testNets.flatMap { $0.layers.compactMap { $0.layer as? any PositionedLayer } }
    let (positions, numbers) = (sources.map(\.position), solver.random.snapshot)
    let results = try solver.testAll()
    guard results.count == solver.testNets.count else { return nil }
    solver.random.snapshot = numbers
    for (source, position) in zip(sources, positions) { source.position = position }
    return results.flatMap(\.self)
  }
}

/// Tests on both sides of a cut, as far as they are made.
struct CutTests {
  /// What a test gave before a cut that has not been completed.
  var before: [NetOutput]?
  /// What a test gave when the first group had fallen, where groups fall one by one.
  var gradual: [NetOutput] = []
  /// Whether something had fallen before the present iteration; nil before the first.
  var hadFallen: Bool?
  /// Whether the course was pruning when the present iteration began; nil before the first.
  var wasPruning: Bool?
}

// Tests on both sides of a cut, for who asks for them.
extension PruningRun {
  /// - Returns: false where somebody outside stopped the run in the test
  func testBeforeCut(_ solver: Solver) throws -> Bool {
    guard testsCuts, cutTests.before == nil else { return true }
    cutTests.before = try testedOutputs(solver)
    return cutTests.before != nil
  }

  /// Tests behind a cut, and tells what this test and the one before the cut gave. Does nothing where there was none
  /// before.
  ///
  /// - Returns: false where somebody outside stopped the run in the test
  func testBehindCut(_ solver: Solver) throws -> Bool {
    guard let before = cutTests.before else { return true }
    guard let after = try testedOutputs(solver) else { return false }
    cutTests.before = nil
    // All of it fell at once.
    cutTests.hadFallen = true
    try solver.tell(PruneEvent.tested(iteration: solver.iteration, before: before, after: after))
    return true
  }

  /// Where groups fall one by one: tests when the first group has fallen, and when the last one has.
  func testGradualCut(_ solver: Solver, wasPruning: Bool) throws {
    guard testsCuts, wasPruning else { return }
    if cutTests.hadFallen == false, entries.contains(where: { $0.family.state.prunedCount > 0 }) {
      cutTests.gradual = try testedOutputs(solver) ?? []
    }
    guard phase != .prune, !cutTests.gradual.isEmpty, let after = try testedOutputs(solver) else { return }
    try solver.tell(PruneEvent.tested(iteration: solver.iteration, before: cutTests.gradual, after: after))
  }
}
