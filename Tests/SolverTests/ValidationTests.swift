import CaffeProto
import Engine
import NetModel
import Testing
import TestSupport

@testable import Solver

@Suite struct ValidationTests {
  /// What is wrong with a golden SGD run after a change.
  private func complaint(_ change: (inout SolverParameter) throws -> Void) throws -> String {
    let scratch = try TemporaryFolder()
    var parameter = try tinySolver("sgd/solver.prototxt", scratch)
    try change(&parameter)
    let error = #expect(throws: SolverError.self) { try makeSolver(parameter) }
    return error?.description ?? ""
  }

  @Test func refusesFieldsByName() throws {
    #expect(try complaint { $0.clearMaxIter() } == "solver: max_iter: missing: the number of iterations to train")
    #expect(try complaint { $0.averageLoss = 0 } == "solver: average_loss: must be at least 1, but is 0")
    #expect(try complaint { $0.epochIters = 0 } == "solver: epoch_iters: must be at least 1, but is 0")
    #expect(try complaint { $0.iterSize = 0 } == "solver: iter_size: must be at least 1, but is 0")
    #expect(try complaint { $0.lrPolicy = "step" }.hasPrefix("solver: stepsize: "))
    #expect(
      try complaint {
        $0.snapshot = 5
        $0.clearSnapshotPrefix()
      } == "solver: snapshot_prefix: missing, but snapshot is 5")
  }

  @Test func refusesMomentumWhereItDoesNotGo() throws {
    #expect(
      try complaint { $0.type = "AdaGrad" } == "solver: momentum: cannot be used with AdaGrad, but is 0.9")
    #expect(
      try complaint { $0.type = "RMSProp" } == "solver: momentum: cannot be used with RMSProp, but is 0.9")
    #expect(
      try complaint {
        $0.type = "RMSProp"
        $0.momentum = 0
        $0.rmsDecay = 1
      } == "solver: rms_decay: must be at least 0 and less than 1, but is 1.0")
  }

  @Test func namesWhatThereIs() throws {
    #expect(
      try complaint { $0.type = "Adamax" }
        == "solver: type: unknown value 'Adamax'; there are SGD, Nesterov, AdaGrad, RMSProp, AdaDelta, Adam")
    #expect(
      try complaint { $0.regularizationType = "L3" }
        == "solver: regularization_type: unknown value 'L3'; there are L1, L2")
  }

  @Test func needsOneTrainNet() throws {
    #expect(try complaint { $0.clearNetParam() }.hasPrefix("solver: net: missing"))
    #expect(try complaint { $0.net = "other.prototxt" }.hasPrefix("solver: net: more than one train net"))
  }

  @Test func needsATestIterPerTestNet() throws {
    #expect(
      try complaint {
        $0.testNetParam = [$0.netParam, $0.netParam]
        $0.testIter = [1]
        $0.testInterval = 1
      } == "solver: test_iter: given 1 times for 2 test nets: give one for each")
    #expect(
      try complaint { $0.testIter = [1] }
        == "solver: test_interval: must be positive where there are test nets, but is 0")
    #expect(
      try complaint {
        $0.testIter = [1]
        $0.testInterval = 1
        $0.testState = [NetState(), NetState()]
      } == "solver: test_state: given 2 times for 1 test nets: give none or one for each")
  }

  @Test func pruningTypesKeepPlainDecay() throws {
    let scratch = try TemporaryFolder()
    var parameter = try tinySolver("sgd/solver.prototxt", scratch)
    parameter.maxIter = 3
    let plain = try makeSolver(parameter)
    try plain.step(3)
    parameter.regularizationType = "Reg_Col"
    let typed = try makeSolver(parameter, decayTypes: ["Reg_Row", "Reg_Col"])
    try typed.step(3)
    #expect(weights(plain.net) == weights(typed.net))
    let hooked = try makeSolver(parameter, hook: Typed(["Reg_Col"]))
    try hooked.step(3)
    #expect(weights(plain.net) == weights(hooked.net))
  }

  /// A method that adds a decay of its own to the plain one.
  private final class Typed: SolverHook {
    let decayTypes: [String]

    init(_ types: [String]) { decayTypes = types }
  }

  @Test func theMethodKnowsItsTypes() throws {
    let scratch = try TemporaryFolder()
    var parameter = try tinySolver("sgd/solver.prototxt", scratch)
    parameter.regularizationType = "Reg_Row"
    let error = #expect(throws: SolverError.self) { try makeSolver(parameter, hook: Typed(["Reg_Col", "Own"])) }
    #expect(
      error?.description
        == "solver: regularization_type: unknown value 'Reg_Row'; there are L1, L2, Reg_Col, Own")
  }
}
