import CaffeProto
import Engine
import Testing
import TestSupport

@testable import Solver

@Suite struct HookTests {
  /// Writes down what it is asked, and can ask for more passes or the end.
  final class Witness: SolverHook {
    var calls: [String] = []
    var passCount = 1
    var endsAt = Int.max

    func adoptWeights(_ solver: Solver) { calls.append("adopt") }
    func beginRun(_ solver: Solver) { calls.append("run") }
    func passes(_ solver: Solver) -> Int { passCount }
    func willForward(_ solver: Solver, pass: Int) { calls.append("forward \(pass)") }
    func didBackward(_ solver: Solver, pass: Int) { calls.append("backward \(pass)") }
    func learningRate(_ solver: Solver, policy: Float) -> Float { policy / 2 }
    func terms(_ solver: Solver, parameter index: Int) -> GroupTerms? {
      if index == 5 { calls.append("terms") }
      return nil
    }
    func didUpdate(_ solver: Solver) -> RunDecision {
      calls.append("updated \(solver.iteration)")
      return solver.iteration == endsAt ? .finish : .proceed
    }
    func willSave(_ solver: Solver) { calls.append("save") }
    func didSnapshot(_ solver: Solver) { calls.append("snapshot") }
    func encode(into state: inout SolverState, _ solver: Solver) { state.pruneState = "witness" }
    func decode(from state: SolverState, _ solver: Solver, rollback: Bool) {
      calls.append("decode \(state.pruneState) \(rollback)")
    }
  }

  @Test func isCalledInOrder() throws {
    let scratch = try TemporaryFolder()
    var parameter = try tinySolver("sgd/solver.prototxt", scratch)
    parameter.maxIter = 1
    parameter.snapshot = 1
    parameter.iterSize = 2
    let witness = Witness()
    let solver = try makeSolver(parameter, hook: witness)
    try solver.solve()
    #expect(
      witness.calls == [
        "adopt", "run", "forward 0", "backward 0", "forward 1", "backward 1", "terms",
        "updated 0", "save", "snapshot",
      ])
    #expect(solver.learningRate == 0.025)
    witness.calls = []
    try solver.restore(scratch("final_iter_1.solverstate"), rollback: true)
    #expect(witness.calls == ["decode witness true"])
  }

  @Test func isToldOfASnapshotBeforeTheRun() throws {
    let scratch = try TemporaryFolder()
    var parameter = try tinySolver("sgd/solver.prototxt", scratch)
    let path = try makeSolver(parameter, hook: Witness()).snapshot()
    parameter.maxIter = 0
    parameter.snapshotAfterTrain = false
    let witness = Witness()
    try makeSolver(parameter, hook: witness).solve(resume: path)
    #expect(witness.calls == ["adopt", "decode witness false", "run"])
  }

  @Test func mayEndTheRun() throws {
    let scratch = try TemporaryFolder()
    let witness = Witness()
    witness.endsAt = 2
    let lines = Lines()
    let solver = try makeSolver(tinySolver("sgd/solver.prototxt", scratch), hook: witness, log: lines.log)
    try solver.solve()
    // What it wants to be saved it has saved.
    #expect(scratch.entries() == ["train.txt"])
    #expect(solver.iteration == 2)
    #expect(lines.messages.last == "Optimization Done.")
  }

  /// Gradients are summed over the hook's passes and divided by iter_size alone; the loss is divided by both.
  @Test func itsPassesAreNotDividedBy() throws {
    let scratch = try TemporaryFolder()
    var parameter = try tinySolver("sgd/solver.prototxt", scratch)
    parameter.momentum = 0
    parameter.weightDecay = 0
    parameter.snapshotDiff = true
    let witness = Witness()
    witness.passCount = 2
    let summed = try makeSolver(parameter, hook: witness)
    try summed.step(1)
    parameter.iterSize = 2
    let mean = try makeSolver(parameter, hook: Witness())
    try mean.step(1)
    #expect(isClose(summed.loss, mean.loss, absolute: 1e-6))
    for (a, b) in zip(summed.net.parameters, mean.net.parameters) {
      #expect(relativeDistance(a.blob.plainDiff, b.blob.plainDiff.map { 2 * $0 }) < 1e-6)
    }
  }
}
