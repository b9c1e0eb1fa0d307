import CaffeProto
import Engine
import Foundation
import Layers
import NetModel
import Solver
import Testing
import TestSupport

@testable import IncRegSolver

@Suite struct ProbabilisticTests {
  /// Eight groups with four to go: the steps are those of the schedule, 1, .5946, .3536, .2027, 0, -.3409 and further down,
  /// times `step`; probabilities stay between 0 and 1.
  @Test func probabilitiesMoveByTheOrderOfNorms() {
    var (layer, blob) = oneRowLayer([8, -1, 7, 2, 6, 3, 5, -4], ratio: 0.5)
    layer.state.lambda = [Float](repeating: 0.5, count: 8)
    let pruned = layer.moveProbabilities(blob.data, step: 0.1, schedule: CentreSymmetric())
    #expect(pruned.isEmpty)
    let expected: [Float] = [0.3122, 0.6, 0.4086, 0.55946, 0.4659, 0.53536, 0.5, 0.52027]
    #expect(isClose(layer.state.lambda, expected, absolute: 1e-4))
    // 0.6 + 0.45 and 0.55946 + 0.26758 and so on: only the smallest reaches 1, the largest are held at 0.
    #expect(layer.moveProbabilities(blob.data, step: 0.45, schedule: CentreSymmetric()) == [1])
    #expect(layer.state.lambda[1] == 1)
    #expect(layer.state.lambda[0] == 0)
  }

  /// Where more reach 1 than are wanted, the smallest go.
  @Test func noMoreFallThanTheRatioAsksFor() {
    var (layer, blob) = oneRowLayer([4, 3, 2, 1], ratio: 0.5)
    layer.state.lambda = [1, 1, 1, 1]
    #expect(layer.moveProbabilities(blob.data, step: 1e-9, schedule: CentreSymmetric()) == [3, 2])
  }

  @Test func whatIsHiddenIsSetToZero() {
    let (layer, blob) = oneRowLayer([4, 3, 2, 1], ratio: 0.5)
    layer.clear([true, false, false, true], in: blob.mutableData)
    #expect(blob.plainData == [0, 3, 2, 0])
  }

  private func change(_ parameter: inout SolverParameter) {
    (parameter.aa, parameter.pruneInterval, parameter.regularizationType) = (0.1, 3, "L2")
  }

  /// The groups that are zero in the end are the pruned ones, as many as the ratios ask for.
  @Test(arguments: [("PP_Col", GroupSpace.Kind.column, [5, 27]), ("PP_Row", .row, [3, 4])])
  func theRatiosAreReached(_ method: String, _ kind: GroupSpace.Kind, _ counts: [Int]) throws {
    let run = try MethodRun(method, "L2") {
      change(&$0)
      $0.maxIter = 160
    }
    try run.solver.solve()
    let hook = try #require(run.solver.hook as? ProbabilisticMethod)
    #expect(hook.isFinished)
    let layers = try #require(hook.layers).all
    for (layer, count) in zip(layers, counts) {
      let pruned = Set(layer.state.prunedAt.indices.filter { layer.state.isPruned($0) })
      #expect(pruned.count == count)
      #expect(run.zeros(layer, kind) == pruned)
      // Ten steps at least, three iterations apart.
      #expect(layer.state.prunedAt.compactMap { $0 }.allSatisfy { $0 >= 28 && $0 % 3 == 1 })
    }
    #expect(layers[2].mask.isEmpty)
  }

  /// Hidden weights are zero in the passes, come back after each, and get no gradient from them; here over two passes.
  @Test func hiddenWeightsSurvive() throws {
    let run = try MethodRun("PP_Col", "L2") {
      change(&$0)
      ($0.iterSize, $0.weightDecay, $0.momentum) = (2, 0, 0)
    }
    try run.solver.step(20)
    let hook = try #require(run.solver.hook as? ProbabilisticMethod)
    let before = try #require(hook.layers).all.map { run.weights($0).plainData }
    try run.solver.step(1)
    var seen = 0
    for (index, layer) in try #require(hook.layers).all.enumerated() {
      #expect(layer.mask.isEmpty)
      let after = run.weights(layer).plainData
      for group in hook.hidden[index].indices where hook.hidden[index][group] {
        seen += 1
        for place in layer.space.indices(of: group) {
          #expect(before[index][place] != 0 && after[place] == before[index][place])
        }
      }
      #expect(after != before[index])
    }
    #expect(seen > 3)
  }

  /// A run that draws other numbers for its data does not draw other masks, and the other way round.
  @Test func theRandomStreamIsItsOwn() throws {
    let run = try MethodRun("PP_Col", "L2", change: change)
    let before = run.solver.random.snapshot
    try run.solver.step(30)
    let hook = try #require(run.solver.hook as? ProbabilisticMethod)
    #expect(run.solver.random.snapshot == before)
    #expect(hook.random.snapshot != RandomSource(seed: 7).snapshot)
  }

  @Test(arguments: ["PP_Col", "PP_Row"], [SolverParameter.SnapshotFormat.binaryproto, .hdf5])
  func aResumedRunIsTheUnbrokenOne(_ method: String, _ format: SolverParameter.SnapshotFormat) throws {
    try MethodRun.checkResumption(method, "L2", format: format, change: change)
  }

  /// A state that says it is a pruning run's, but not where that stood.
  @Test(arguments: [("PP_Col", "L2"), ("AFP_Col", "AFP_Col")])
  func statesOfOtherMethodsAreRefused(_ method: String, _ regularization: String) throws {
    let run = try MethodRun(method, regularization) { $0.aa = 0.01 }
    #expect(throws: IncRegError.self) {
      try run.solver.solve(resume: goldenDirectory + "/tiny-g-resume/snap_iter_80.solverstate")
    }
  }

  @Test func settingsThatCannotWorkNameTheirField() {
    for (field, aa, interval, type) in [
      ("AA", 0, 1, "L2"), ("prune_interval", 0.1, 0, "L2"), ("regularization_type", 0.1, 1, "Reg_Col"),
    ] as [(String, Float, Int, String)] {
      let parameter = SolverParameter.with {
        ($0.pruneMethod, $0.regularizationType, $0.aa, $0.pruneInterval) = ("PP_Col", type, aa, interval)
      }
      let error = #expect(throws: IncRegError.self) { try PruningMethods.hook(for: parameter) }
      #expect(error?.description.hasPrefix("solver: \(field): ") == true)
    }
  }
}
