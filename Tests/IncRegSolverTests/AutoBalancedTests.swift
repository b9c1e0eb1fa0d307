import CaffeProto
import Engine
import Foundation
import NetModel
import Pruning
import Testing

@testable import IncRegSolver

@Suite struct AutoBalancedTests {
  /// A layer whose strengths are fixed.
  private func balanced(_ one: OneLayer, alpha: Float = 1) throws -> (
    method: AutoBalanced, one: OneLayer, strengths: AutoBalanced.Strengths
  ) {
    let method = try method(AutoBalanced.self, "AFP_Col") { $0.aa = alpha }
    var (one, strengths) = (one, method.memory(of: one.family))
    try method.act(.start, on: &one.family, &strengths, in: one.moment(0))
    return (method, one, strengths)
  }

  /// The penalties that an update adds for a layer.
  private func penalties(_ one: OneLayer, alpha: Float) throws -> [Float] {
    var (method, one, strengths) = try balanced(one, alpha: alpha)
    try method.act(.update, on: &one.family, &strengths, in: one.moment(0))
    #expect(one.family.wishes.penalises && one.fallen.isEmpty)
    return try one.penaltyTerms(method, strengths).columnPenalty
  }

  /// Norms 8, 1, 4, 2 with half to go: theta is 2; ln 2 is 0.693147 and ln 4 is 1.386294.
  @Test func penaltiesFollowTheLogarithmOfTheNorm() throws {
    let one = OneLayer(row: [8, 1, 4, -2])
    let strengths = try balanced(one).strengths.values
    for (got, expected) in zip(strengths, [-2.386294, 1.693147, -1.693147, 1] as [Float]) {
      #expect(abs(got - expected) < 1e-5)
    }
    // Drawn: 1.693147 * 1 + 1 * 4 = 5.693147; pushed: 1.693147 * 16 + 2.386294 * 64 = 179.813199; tau = 0.00316615.
    let weights = one.weights.plainData
    let gradient = zip(try penalties(one, alpha: 0.1), weights).map { $0 * $1 }
    #expect(gradient.count == 4)
    for (index, expected) in ([-0.0604427, 0.1693147, -0.0214430, -0.2] as [Float]).enumerated() {
      #expect(abs(gradient[index] - expected) < 1e-5)
    }
    // Balanced: along the weights nothing is gained or lost.
    let sum = (0..<4).reduce(0) { $0 + gradient[$1] * weights[$1] }
    #expect(abs(sum) < 1e-5)
  }

  /// A group that is gone takes one place of those to go.
  @Test func whatIsPrunedHasNoPenalty() throws {
    let strengths = try balanced(OneLayer(row: [8, 1, 0, -2])).strengths.values
    #expect(strengths[2] == 0)
    #expect(strengths[1] == 1)
    #expect(strengths[0] < strengths[3] && strengths[3] < -1)
    let done = OneLayer(row: [8, 1, 0, -2], ratio: 0.25)
    #expect(try balanced(done).strengths.values == [0, 0, 0, 0])
    #expect(try penalties(done, alpha: 0.1) == [0, 0, 0, 0])
  }

  @Test func whereNothingStaysNothingIsPushed() throws {
    let one = OneLayer(row: [1, 1], ratio: 0.99)
    #expect(try balanced(one).strengths.values == [1, 1])
    #expect(try penalties(one, alpha: 0.5) == [0.5, 0.5])
  }

  @Test func theCutTakesTheSmallest() throws {
    var (method, one, strengths) = try balanced(OneLayer(row: [8, 1, 0, -2], ratio: 0.75))
    for moment in [Moment.iteration, .epoch, .reached] {
      try method.act(moment, on: &one.family, &strengths, in: one.moment(3))
      #expect(one.family.wishes.isEmpty)
    }
    try method.act(.cut, on: &one.family, &strengths, in: one.moment(3))
    #expect(one.fallen == [1, 3])
  }

  /// The groups of a layer, the smallest first.
  private func ranked(_ family: PrunedFamily, _ hook: PruningRun<AutoBalanced>, _ run: MethodRun) throws
    -> (scores: [Float], order: [Int])
  {
    let evidence = NetEvidence(net: run.solver.net, parameters: hook.wiring.parameters)
    let scores = try L1Norm().scores(family.groups, evidence)
    return (scores, scores.indices.sorted { (scores[$0], $0) < (scores[$1], $1) })
  }

  /// Half-way, which is in iteration 59, the smallest groups are cut, and no others are ever zero.
  @Test(
    arguments: [
      ("AFP_Col", "AFP_Col", Columns(), [5, 27]), ("AFP_Col", "Auto-balanced", Columns(), [5, 27]),
      ("Auto-balanced_Row", "AFP_Row", Rows(), [3, 4]),
    ] as [(String, String, any Structure, [Int])])
  func theSmallestGroupsAreCut(
    _ method: String, _ regularization: String, _ structure: any Structure, _ counts: [Int]
  ) throws {
    let run = try MethodRun(method, regularization) { $0.aa = 0.001 }
    try run.solver.step(59)
    let hook = try #require(run.solver.hook as? PruningRun<AutoBalanced>)
    #expect(hook.phase == .prune && hook.layers.allSatisfy(\.mask.isEmpty))
    let smallest = try zip(hook.families, counts).map { family, count in
      Set(try ranked(family, hook, run).order.prefix(count))
    }
    try run.solver.step(1)
    #expect(hook.phase == .finalRetrain)
    try run.solver.step(60)
    for (family, smallest) in zip(hook.families, smallest) {
      #expect(Set(family.state.prunedAt.indices.filter { family.state.prunedAt[$0] == 60 }) == smallest)
    }
    #expect(run.zeros(hook.layers[0], structure) == smallest[0])
    #expect(run.zeros(hook.layers[1], structure) == smallest[1])
    // conv2 does not read the filters of conv1 that are gone.
    if structure is Rows {
      let columns = smallest[0].flatMap { $0 * 9..<($0 + 1) * 9 }
      #expect(run.zeros(hook.layers[1], Columns()) == Set(columns))
    }
    #expect(hook.layers[2].mask.isEmpty)
  }

  /// What is to go shrinks under the penalty, next to a run in which it is too weak to matter.
  @Test func penaltiesSeparateTheGroups() throws {
    func shares(_ alpha: Float) throws -> Float {
      let run = try MethodRun("AFP_Col", "AFP_Col") { $0.aa = alpha }
      try run.solver.step(50)
      let hook = try #require(run.solver.hook as? PruningRun<AutoBalanced>)
      let scores = try ranked(hook.families[1], hook, run).scores
      let goes = scores.indices.filter { hook.entries[1].memory.values[$0] > 0 }
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
      try other.solver.solve(resume: whole.scratch.path + "/snap_iter_40.solverstate")
    }
    #expect(error?.description == "solver state: field 1000: is of IncReg, version 2; expected AFP, version 2")
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
