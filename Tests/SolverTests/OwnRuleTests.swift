import CaffeProto
import Engine
import NetIO
import TestSupport
import Testing

@testable import Solver

@Suite struct OwnRuleTests {
  /// Steps of equal size: w -= rate * sign(g). It remembers nothing.
  struct SignDescent: UpdateRule {
    static let name = "SignDescent"
    static let slots = 0

    init(_ parameter: SolverParameter) {}

    func update(
      _ weight: MutableFloatView, gradient: MutableFloatView, history: [MutableFloatView], step: UpdateStep
    ) {
      step.prepare(weight, gradient, history)
      for index in weight.indices {
        let change = gradient[index] == 0 ? 0 : step.rate * (gradient[index] > 0 ? 1 : -1)
        gradient[index] = change
        weight[index] -= change
      }
    }
  }

  /// Every layer another rule.
  final class Rules: SolverHook {
    func rule(for parameter: Parameter, _ solver: SolverParameter) throws -> (any UpdateRule)? {
      switch parameter.layer {
      case "conv1": SignDescent(solver)
      case "ip": Adam(solver)
      default: nil
      }
    }
  }

  @Test func everyParameterHasItsRule() throws {
    let scratch = try TemporaryFolder()
    var parameter = try tinySolver("sgd/solver.prototxt", scratch)
    parameter.snapshotDiff = true
    let (mixed, plain) = (try makeSolver(parameter, hook: Rules()), try makeSolver(parameter))
    #expect(mixed.history.map(\.count) == [0, 0, 1, 1, 2, 2])
    try mixed.step(1)
    try plain.step(1)
    for index in mixed.net.parameters.indices {
      let (changes, usual) = (mixed.net.parameters[index].blob.plainDiff, plain.net.parameters[index].blob.plainDiff)
      switch mixed.net.parameters[index].layer {
      case "conv1":
        let size = mixed.learningRate * mixed.net.parameters[index].lrMult
        #expect(changes == usual.map { $0 == 0 ? 0 : $0 > 0 ? size : -size })
      case "conv2": #expect(changes == usual)
      default: #expect(changes != usual)
      }
    }
  }

  @Test(arguments: [SolverParameter.SnapshotFormat.binaryproto, .hdf5])
  func aResumedRunEqualsAnUnbrokenOne(_ format: SolverParameter.SnapshotFormat) throws {
    let scratch = try TemporaryFolder()
    var parameter = try tinySolver("sgd/solver.prototxt", scratch)
    (parameter.snapshotFormat, parameter.maxIter, parameter.snapshot) = (format, 30, 13)
    let unbroken = try makeSolver(parameter, hook: Rules())
    try unbroken.solve()
    let path = scratch.path + "/final_iter_13.solverstate" + (format == .hdf5 ? ".h5" : "")
    let state = try SolverStateFile.read(path)
    // First slots of conv2 and ip, then second ones of ip.
    let counts = unbroken.net.parameters.map(\.blob.count)
    #expect(state.history.map(\.data.count) == Array(counts[2...]) + Array(counts[4...]))
    parameter.weights = []
    let resumed = try makeSolver(parameter, hook: Rules())
    try resumed.solve(resume: path)
    #expect(learned(resumed) == learned(unbroken))
    // As many arrays, but not of these parameters.
    let error = #expect(throws: SolverError.self) { try makeSolver(parameter).restore(path) }
    #expect(
      error?.description
        == "cannot restore '\(path)': its update rules remember [0, 0, 1, 1, 2, 2] arrays of the parameters, those of this run [1, 1, 1, 1, 1, 1]"
    )
  }
}
