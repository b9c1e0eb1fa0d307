import CaffeProto
import NetModel
import TestSupport
import Testing

@testable import Solver

@Suite struct InstrumentTests {
  /// Puts learned factors behind a convolution.
  final class Gates: SolverHook {
    var phases: [Phase] = []

    func instrument(_ net: inout NetParameter, phase: Phase) throws {
      phases.append(phase)
      guard let place = net.layer.firstIndex(where: { $0.name == "conv2" }) else { return }
      let gate = LayerParameter.with {
        ($0.name, $0.type, $0.bottom, $0.top) = ("gate", "Scale", ["conv2"], ["conv2"])
      }
      net.layer.insert(gate, at: place + 1)
    }
  }

  @Test func theHookChangesNetsBeforeTheyAreBuilt() throws {
    let scratch = try TemporaryFolder()
    var parameter = try testedSolver("sgd/solver.prototxt", scratch)
    (parameter.maxIter, parameter.snapshot) = (9, 4)
    let hook = Gates()
    let solver = try makeSolver(parameter, hook: hook)
    #expect(hook.phases == [.train, .test])
    let gate = try #require(solver.net.layer("gate")?.layer.blobs.first)
    let tested = try #require(solver.testNets[0].layer("gate")?.layer.blobs.first)
    #expect(gate.plainData == [Float](repeating: 1, count: 8))
    try solver.solve()
    #expect(gate.plainData.allSatisfy { $0 != 1 } && tested.plainData == gate.plainData)
    parameter.weights = []
    let resumed = try makeSolver(parameter, hook: Gates())
    try resumed.solve(resume: scratch.path + "/final_iter_4.solverstate")
    #expect(learned(resumed) == learned(solver))
  }
}
