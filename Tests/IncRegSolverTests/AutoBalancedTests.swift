import CaffeProto
import Engine
import Foundation
import NetModel
import Testing
import TestSupport

@testable import IncRegSolver

@Suite struct AutoBalancedTests {
  /// Norms 8, 1, 4, 2 with half to go: theta is 2; ln 2 is 0.693147 and ln 4 is 1.386294.
  @Test func penaltiesFollowTheLogarithmOfTheNorm() {
    var (layer, blob) = oneRowLayer([8, 1, 4, -2], ratio: 0.5)
    layer.balance(blob.data)
    #expect(isClose(layer.state.lambda, [-2.386294, 1.693147, -1.693147, 1], absolute: 1e-5))
    // Drawn: 1.693147 * 1 + 1 * 4 = 5.693147; pushed: 1.693147 * 16 + 2.386294 * 64 = 179.813199; tau = 0.00316615.
    let penalty = layer.balancedTerms(0.1, weights: blob.data).columnPenalty
    let gradient = zip(penalty, blob.data).map { $0 * $1 }
    #expect(isClose(gradient, [-0.0604427, 0.1693147, -0.0214430, -0.2], absolute: 1e-5))
    // Balanced: along the weights nothing is gained or lost.
    let sum = (0..<4).reduce(0) { $0 + gradient[$1] * blob.data[$1] }
    #expect(isClose(sum, 0, absolute: 1e-5))
  }

  /// A group that is gone takes one place of those to go.
  @Test func whatIsPrunedHasNoPenalty() {
    var (layer, blob) = oneRowLayer([8, 1, 0, -2], ratio: 0.5)
    layer.balance(blob.data)
    #expect(layer.state.lambda[2] == 0)
    #expect(layer.state.lambda[1] == 1)
    #expect(layer.state.lambda[0] < layer.state.lambda[3] && layer.state.lambda[3] < -1)
    var done = oneRowLayer([8, 1, 0, -2], ratio: 0.25)
    done.0.balance(done.1.data)
    #expect(done.0.state.lambda == [0, 0, 0, 0])
    #expect(done.0.balancedTerms(0.1, weights: done.1.data).columnPenalty == [0, 0, 0, 0])
  }

  @Test func whereNothingStaysNothingIsPushed() {
    var (layer, blob) = oneRowLayer([1, 1], ratio: 0.99)
    layer.balance(blob.data)
    #expect(layer.state.lambda == [1, 1])
    #expect(layer.balancedTerms(0.5, weights: blob.data).columnPenalty == [0.5, 0.5])
  }

  /// Half-way, which is in iteration 59, the smallest groups are cut, and no others are ever zero.
  @Test(arguments: [
    ("AFP_Col", "AFP_Col", GroupSpace.Kind.column, [5, 27]), ("AFP_Col", "Auto-balanced", .column, [5, 27]),
    ("Auto-balanced_Row", "AFP_Row", .row, [3, 4]),
  ])
  func theSmallestGroupsAreCut(
    _ method: String, _ regularization: String, _ kind: GroupSpace.Kind, _ counts: [Int]
  ) throws {
    let run = try MethodRun(method, regularization) { $0.aa = 0.001 }
    try run.solver.step(59)
    let hook = try #require(run.solver.hook as? AutoBalancedMethod)
    let before = try #require(hook.layers).all
    #expect(!hook.hasCut && before.allSatisfy(\.mask.isEmpty))
    let smallest = zip(before, counts).map { layer, count in
      Set(layer.ranked(run.weights(layer).data).living.prefix(count))
    }
    try run.solver.step(1)
    #expect(hook.hasCut)
    try run.solver.step(60)
    for (layer, smallest) in zip(try #require(hook.layers).all, smallest) {
      #expect(Set(layer.state.prunedAt.indices.filter { layer.state.prunedAt[$0] == 60 }) == smallest)
      #expect(run.zeros(layer, kind).isSuperset(of: smallest))
    }
    let layers = try #require(hook.layers).all
    #expect(run.zeros(layers[0], kind) == smallest[0])
    #expect(run.zeros(layers[1], kind) == smallest[1])
    // conv2 does not read the filters of conv1 that are gone.
    if kind == .row {
      let columns = smallest[0].flatMap { $0 * 9..<($0 + 1) * 9 }
      #expect(run.zeros(layers[1], .column) == Set(columns))
    }
    #expect(layers[2].mask.isEmpty)
  }

  /// What is to go shrinks under the penalty, next to a run in which it is too weak to matter.
  @Test func penaltiesSeparateTheGroups() throws {
    func shares(_ alpha: Float) throws -> Float {
      let run = try MethodRun("AFP_Col", "AFP_Col") { $0.aa = alpha }
      try run.solver.step(50)
      let layer = try #require((run.solver.hook as? AutoBalancedMethod)?.layers).all[1]
      let scores = layer.ranked(run.weights(layer).data).scores
      let goes = scores.indices.filter { layer.state.lambda[$0] > 0 }
      #expect(goes.count == 27)
      return goes.reduce(0) { $0 + scores[$1] } / scores.reduce(0, +)
    }
    #expect(try shares(0.5) < 0.5 * shares(1e-6))
  }

  @Test(arguments: ["AFP_Col", "AFP_Row"]) func aResumedRunIsTheUnbrokenOne(_ method: String) throws {
    try MethodRun.checkResumption(method, method) { $0.aa = 0.001 }
  }

  @Test func stateOfAnotherMethodIsRefused() throws {
    let whole = try MethodRun("Reg_Col", "Reg_Col") { $0.maxIter = 40 }
    try whole.solver.solve()
    let other = try MethodRun("AFP_Col", "AFP_Col")
    let error = #expect(throws: IncRegError.self) {
      try other.solver.solve(resume: whole.scratch("snap_iter_40.solverstate"))
    }
    #expect(error?.description == "solver state: field 1000: is of IncReg, version 1; expected AFP, version 1")
  }

  @Test func settingsThatCannotWorkNameTheirField() {
    for (field, aa, iterations) in [("AA", 0, 10), ("AA", .infinity, 10), ("max_iter", 1, 1)] as [(String, Float, Int)]
    {
      let parameter = SolverParameter.with {
        ($0.pruneMethod, $0.regularizationType, $0.aa, $0.maxIter) = ("AFP_Col", "AFP_Col", aa, iterations)
      }
      let error = #expect(throws: IncRegError.self) { try PruningMethods.hook(for: parameter) }
      #expect(error?.description.hasPrefix("solver: \(field): ") == true)
    }
  }
}
