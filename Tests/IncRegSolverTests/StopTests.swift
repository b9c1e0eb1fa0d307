import Base
import CaffeProto
import Engine
import Layers
import Solver
import TestSupport
import Testing

@testable import IncRegSolver

/// Runs that are stopped between any two batches, in tests of the method's own too, end as unbroken ones.
@Suite struct StopTests {
  private static let net = """
    layer { name: "data" type: "DummyData" top: "data" top: "label" dummy_data_param {
      shape { dim: 4 dim: 2 dim: 5 dim: 5 } shape { dim: 4 }
      data_filler { type: "gaussian" std: 1 } data_filler { type: "constant" value: 2 } } }
    layer { name: "conv" type: "Convolution" bottom: "data" top: "conv" prune_param { prune_ratio: 0.5 }
      convolution_param { num_output: 6 kernel_size: 3 weight_filler { type: "msra" } } }
    layer { name: "bn" type: "BatchNorm" bottom: "conv" top: "conv" }
    layer { name: "scale" type: "Scale" bottom: "conv" top: "conv" scale_param { bias_term: true } }
    layer { name: "relu" type: "ReLU" bottom: "conv" top: "conv" }
    layer { name: "ip" type: "InnerProduct" bottom: "conv" top: "ip"
      inner_product_param { num_output: 3 weight_filler { type: "xavier" } } }
    layer { name: "loss" type: "SoftmaxWithLoss" bottom: "ip" bottom: "label" top: "loss" }
    layer { name: "accuracy" type: "Accuracy" bottom: "ip" bottom: "label" top: "accuracy" include { phase: TEST } }
    """

  private func solver(
    _ method: String, _ scratch: TemporaryFolder, write: @escaping (String) -> Void = { _ in }
  ) throws -> Solver {
    var parameter = SolverParameter.with {
      ($0.baseLr, $0.lrPolicy, $0.momentum, $0.weightDecay) = (0.01, "fixed", 0.9, 0.001)
      ($0.maxIter, $0.randomSeed, $0.pruneMethod, $0.epochIters) = (12, 3, method, 4)
      ($0.testIter, $0.testInterval, $0.testInitialization) = ([2], 5, false)
      ($0.reestimateBatches, $0.snapshotPrefix) = (2, scratch("run"))
      ($0.pruningParam.rounds, $0.pruningParam.scoreBatches, $0.pruningParam.keepInterval) = (2, 2, 2)
    }
    parameter.netParam = try NetParameter(text: Self.net)
    let hook = try #require(
      try PruningMethods.hook(for: parameter, output: PruneOutput(stamp: { "" }, write: write)))
    return try Solver(parameter, registry: .caffe, backend: ReferenceBackend(), hook: hook, log: .silent)
  }

  private func learned(_ solver: Solver) -> [[Float]] {
    solver.net.parameters.map(\.blob.plainData) + solver.history.flatMap { $0.map(\.plainData) }
  }

  @Test(arguments: ["SRFP", "GReg-1", "DSA", "OneShot", "OrthoReg"])
  func stopsLeaveNoTrace(_ method: String) throws {
    let folder = try TemporaryFolder()
    let whole = try solver(method, folder)
    var total = 0
    whole.requestedAction = {
      total += 1
      return .none
    }
    try whole.solve()
    #expect(total > 15)
    for stop in 1..<total {
      let scratch = try TemporaryFolder()
      let first = try solver(method, scratch)
      var asked = 0
      first.requestedAction = {
        asked += 1
        return asked == stop ? .stop : .none
      }
      try first.solve()
      guard first.stopRequested else { continue }
      let second = try solver(method, scratch)
      try second.solve(resume: first.snapshotPath(ending: ".solverstate"))
      try #require(learned(second) == learned(whole), "\(method), stopped at \(stop)")
    }
  }

  /// Accuracies with the old statistics and with the new ones are said, once per zeroing or cut.
  @Test(arguments: [("SFP", 4), ("GReg-1", 1), ("OneShot", 2)])
  func bothAccuraciesAreSaid(_ method: String, _ count: Int) throws {
    var lines: [String] = []
    let scratch = try TemporaryFolder()
    let run = try solver(method, scratch) { lines.append($0) }
    try run.solve()
    let said = lines.filter { $0.hasPrefix("[app] Statistics of normalisations taken anew: accuracy = ") }
    #expect(said.count == count)
    #expect(said.allSatisfy { $0.contains(" -> ") })
  }

  @Test func statisticsAreThoseOfTheCutNet() throws {
    let scratch = try TemporaryFolder()
    let run = try solver("OneShot", scratch)
    try run.step(0)
    let index = try #require(run.net.parameters.firstIndex { $0.layer == "bn" })
    let weight = run.net.parameters[index + 2].blob.plainData[0]
    let means = run.net.parameters[index].blob.plainData
    let hook = try #require(run.hook as? PruningRun<OneShot>)
    let pruned = hook.families[0].state.prunedAt.indices.filter { hook.families[0].state.isPruned($0) }
    #expect(pruned.count == 2 && weight > 0)
    #expect(pruned.allSatisfy { abs(means[$0] / weight) < 1e-6 })
  }
}
