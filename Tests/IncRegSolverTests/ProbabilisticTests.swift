import Base
import CaffeProto
import Engine
import Foundation
import Layers
import NetModel
import Pruning
import Solver
import Testing

@testable import IncRegSolver

@Suite struct ProbabilisticTests {
  /// Moves the probabilities of a layer, once; gives what falls.
  private func moved(_ one: inout OneLayer, _ chances: inout Probabilistic.Chances, step: Float) throws -> [Int] {
    let method = try method(Probabilistic.self, "PP_Col") { $0.aa = step }
    one.family.wishes = .init()
    try method.act(.iteration, on: &one.family, &chances, in: one.moment(0))
    return one.fallen
  }

  /// Eight groups with four to go: the steps are those of the schedule, 1, .5946, .3536, .2027, 0, -.3409 and further down,
  /// times `step`; probabilities stay between 0 and 1.
  @Test func probabilitiesMoveByTheOrderOfNorms() throws {
    var one = OneLayer(row: [8, -1, 7, 2, 6, 3, 5, -4])
    var chances = Probabilistic.Chances(count: 8)
    chances.values = [Float](repeating: 0.5, count: 8)
    #expect(try moved(&one, &chances, step: 0.1).isEmpty)
    let expected: [Float] = [0.3122, 0.6, 0.4086, 0.55946, 0.4659, 0.53536, 0.5, 0.52027]
    for (got, expected) in zip(chances.values, expected) { #expect(abs(got - expected) < 1e-4) }
    // 0.6 + 0.45 and 0.55946 + 0.26758 and so on: only the smallest reaches 1, the largest are held at 0.
    #expect(try moved(&one, &chances, step: 0.45) == [1])
    #expect(chances.values[1] == 1)
    #expect(chances.values[0] == 0)
  }

  /// Where more reach 1 than are wanted, the smallest go.
  @Test func noMoreFallThanTheRatioAsksFor() throws {
    var one = OneLayer(row: [4, 3, 2, 1])
    var chances = Probabilistic.Chances(count: 4)
    chances.values = [1, 1, 1, 1]
    #expect(try moved(&one, &chances, step: 1e-9) == [3, 2])
  }

  @Test func whatIsHiddenIsSetToZero() throws {
    var one = OneLayer(row: [4, 3, 2, 1])
    one.family.state.hidden = [true, false, false, true]
    one.family.groups.members[0].scale(one.weights.mutableData) { one.state.hidden[$0] ? 0 : 1 }
    #expect(one.weights.plainData == [0, 3, 2, 0])
  }

  /// Every group by its own chance; what is pruned never, and nothing once the ratio is reached.
  @Test func chancesDecideWhatIsHidden() throws {
    let method = try method(Probabilistic.self, "PP_Col")
    var one = OneLayer(row: [4, 3, 0, 1])
    var chances = Probabilistic.Chances(count: 4)
    chances.values = [0, 0.5, 1, 1]
    let random = RandomSource(seed: 5)
    let draws = (0..<400).map { _ in method.hides(one.family, chances, random) }
    #expect(draws.allSatisfy { !$0[0] && !$0[2] && $0[3] })
    #expect((160...240).contains(draws.count { $0[1] }))
    one.family.prune([3])
    one.settle(step: 1)
    #expect(method.hides(one.family, chances, random) == [false, false, false, false])
  }

  private func change(_ parameter: inout SolverParameter) {
    (parameter.aa, parameter.pruneInterval, parameter.regularizationType) = (0.1, 3, "L2")
  }

  /// The groups that are zero in the end are the pruned ones, as many as the ratios ask for.
  @Test(arguments: [("PP_Col", Columns(), [5, 27]), ("PP_Row", Rows(), [3, 4])] as [(String, any Structure, [Int])])
  func theRatiosAreReached(_ method: String, _ structure: any Structure, _ counts: [Int]) throws {
    let run = try MethodRun(method, "L2") {
      change(&$0)
      $0.maxIter = 160
    }
    try run.solver.solve()
    let hook = try #require(run.solver.hook as? PruningRun<Probabilistic>)
    #expect(hook.phase == .finalRetrain)
    for (layer, (family, count)) in zip(hook.layers, zip(hook.families, counts)) {
      let pruned = Set(family.state.prunedAt.indices.filter { family.state.isPruned($0) })
      #expect(pruned.count == count)
      #expect(run.zeros(layer, structure) == pruned)
      // Ten steps at least, three iterations apart.
      #expect(family.state.prunedAt.compactMap { $0 }.allSatisfy { $0 >= 28 && $0 % 3 == 1 })
    }
    #expect(hook.layers[2].mask.isEmpty)
  }

  /// The run is fine-tuned, and nothing is hidden, from the iteration on in which the last group falls.
  @Test func theLastFallEndsThePruning() throws {
    var lines: [String] = []
    let run = try MethodRun("PP_Col", "L2", output: PruneOutput(stamp: { "" }, write: { lines.append($0) })) {
      change(&$0)
      $0.maxIter = 160
    }
    try run.solver.solve()
    let hook = try #require(run.solver.hook as? PruningRun<Probabilistic>)
    let last = try #require(hook.families.flatMap { $0.state.prunedAt.compactMap(\.self) }.max())
    #expect(lines.contains { $0.hasPrefix("[app] All layer prune finished: iter = \(last - 1) ") })
    let again = try MethodRun("PP_Col", "L2") {
      change(&$0)
      $0.maxIter = 160
    }
    try again.solver.step(last)
    let stopped = try #require(again.solver.hook as? PruningRun<Probabilistic>)
    #expect(stopped.phase == .finalRetrain)
    #expect(!stopped.families.contains { $0.state.hidden.contains(true) })
  }

  /// Hidden weights are zero in the passes, come back after each, and get no gradient from them; here over two passes.
  @Test func hiddenWeightsSurvive() throws {
    let run = try MethodRun("PP_Col", "L2") {
      change(&$0)
      ($0.iterSize, $0.weightDecay, $0.momentum) = (2, 0, 0)
    }
    try run.solver.step(20)
    let hook = try #require(run.solver.hook as? PruningRun<Probabilistic>)
    let before = hook.layers.map { run.weights($0).plainData }
    try run.solver.step(1)
    var seen = 0
    for (index, layer) in hook.layers.enumerated() {
      #expect(layer.mask.isEmpty)
      let after = run.weights(layer).plainData
      let (member, hidden) = (hook.families[index].groups.members[0], hook.families[index].state.hidden)
      seen += hidden.count { $0 }
      for row in 0..<layer.matrix.rows {
        for column in 0..<layer.matrix.columns where hidden[try #require(member.group(row: row, column: column))] {
          let place = row * layer.matrix.columns + column
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
    let hook = try #require(run.solver.hook as? PruningRun<Probabilistic>)
    try run.solver.step(1)
    let own = hook.random.snapshot
    try run.solver.step(29)
    #expect(run.solver.random.snapshot == before)
    #expect(hook.random.snapshot != RandomSource(seed: 7).snapshot)
    #expect(hook.random.snapshot != own)
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
