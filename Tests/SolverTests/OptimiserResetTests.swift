import CaffeProto
import Engine
import TestSupport
import Testing

@testable import Solver

@Suite struct OptimiserResetTests {
  /// Has the rule begin anew after the eighth update, and takes a snapshot right then.
  final class Resetter: SolverHook {
    var state = ""

    func didUpdate(_ solver: Solver) throws -> RunDecision {
      // A resumed run comes here again.
      guard solver.iteration == 7, solver.optimiserStart == 0 else { return .proceed }
      solver.resetOptimiser()
      #expect(solver.history.allSatisfy { $0.allSatisfy { $0.plainData.allSatisfy { $0 == 0 } } })
      state = try solver.snapshot(tag: "_reset")
      return .proceed
    }
  }

  /// Eight batches are an epoch, so that a run from the weights of then sees the same data.
  @Test(arguments: ["sgd", "adam"], [SolverParameter.SnapshotFormat.binaryproto, .hdf5])
  func itGoesOnAsARunThatBegins(_ rule: String, _ format: SolverParameter.SnapshotFormat) throws {
    let scratch = try TemporaryFolder()
    var parameter = try testedSolver(rule + "/solver.prototxt", scratch)
    (parameter.lrPolicy, parameter.maxIter, parameter.snapshot) = ("fixed", 20, 13)
    parameter.snapshotFormat = format
    let ending = format == .hdf5 ? ".h5" : ""
    let hook = Resetter()
    let unbroken = try makeSolver(parameter, hook: hook)
    try unbroken.solve()
    #expect(unbroken.optimiserStart == 8)

    var rest = parameter
    (rest.maxIter, rest.snapshot, rest.snapshotPrefix) = (12, 0, scratch.path + "/rest")
    rest.weights = [scratch.path + "/final_reset_iter_7.caffemodel" + ending]
    let fresh = try makeSolver(rest)
    try fresh.solve()
    #expect(learned(fresh) == learned(unbroken))

    parameter.weights = []
    for path in [hook.state, scratch.path + "/final_iter_13.solverstate" + ending] {
      let resumed = try makeSolver(parameter, hook: Resetter())
      try resumed.solve(resume: path)
      #expect(resumed.optimiserStart == 8)
      #expect(learned(resumed) == learned(unbroken))
    }
  }

  @Test func betweenIterationsItCountsFromTheNext() throws {
    let scratch = try TemporaryFolder()
    let parameter = try tinySolver("adam/solver.prototxt", scratch)
    /// The share of weights that the fourth step changes by the rate: all in Adam's first step, but for the smallest
    /// gradients.
    func share(reset: Bool) throws -> Double {
      let solver = try makeSolver(parameter)
      try solver.step(3)
      if reset { solver.resetOptimiser() }
      #expect(solver.optimiserStart == (reset ? 3 : 0))
      let before = weights(solver.net)[4]
      try solver.step(1)
      let rate = solver.learningRate * solver.net.parameters[4].lrMult
      let full = zip(before, weights(solver.net)[4]).filter { abs(abs($0 - $1) - rate) < 1e-2 * rate }
      return Double(full.count) / Double(before.count)
    }
    let (anew, on) = (try share(reset: true), try share(reset: false))
    #expect(anew > 0.95 && on < 0.5, "\(anew), \(on)")
  }
}
