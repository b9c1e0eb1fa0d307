import CaffeProto
import Engine
import Pruning
import Testing

@testable import IncRegSolver

@Suite struct RankTests {
  @Test func orderIsByKeyThenIndexAndLeavesOutThePruned() {
    var order = RankOrder()
    let count = order.sort([3, -1, 3, 0, 2, -2], prunedAt: [nil, nil, nil, nil, 7, nil])
    #expect((0..<count).map { order[$0] } == [5, 1, 3, 0, 2])
  }

  /// Whatever it was before: nearly the same, another order altogether, or of more groups.
  @Test func orderDoesNotDependOnTheLastOne() {
    var random = SystemRandomNumberGenerator()
    var order = RankOrder()
    var values = (0..<300).map { _ in Float(Int.random(in: -20...20, using: &random)) }
    var prunedAt = [Int?](repeating: nil, count: values.count)
    for round in 0..<40 {
      switch round % 4 {
      case 0: for index in values.indices { values[index] += Float.random(in: -0.01...0.01, using: &random) }
      case 1: values.shuffle(using: &random)
      case 2: prunedAt[round] = prunedAt[round] == nil ? round : nil
      default: (prunedAt[round], prunedAt[round + 1]) = (round, nil)
      }
      let living = values.indices.filter { prunedAt[$0] == nil }
      #expect(order.sort(values, prunedAt: prunedAt) == living.count)
      #expect(living.indices.map { order[$0] } == living.sorted { (values[$0], $0) < (values[$1], $1) })
    }
  }

  /// IncReg with the largest step 1 on a layer.
  private struct Regularized {
    let method: IncReg
    var one: OneLayer
    var ranks: Ranks

    init(_ one: OneLayer, _ name: String = "Reg_Col") throws {
      method = try IncRegSolverTests.method(IncReg.self, name)
      (self.one, ranks) = (one, method.memory(of: one.family))
    }

    /// An update's turn; what falls is to be settled.
    mutating func update(_ iteration: Int, ceiling: Float = 100, target: Float = 0.5) throws {
      try method.act(
        .update, on: &one.family, &ranks, in: one.moment(iteration, target: target, ceiling: ceiling))
    }

    func terms() throws -> GroupTerms { try one.penaltyTerms(method, ranks) }
  }

  @Test func ranksAreMeansSinceTheFirstIteration() throws {
    var run = try Regularized(OneLayer(row: [4, 1, 3, 2]))
    try run.update(0)
    #expect(run.ranks.mean == [3, 0, 2, 1])
    #expect(try run.one.scores() == [4, 1, 3, 2])
    run.one.weights.setPlainData([1, 4, 3, 2])
    try run.update(1)
    #expect(run.ranks.mean == [1.5, 1.5, 2, 1])
    // After a pause of eight iterations the next rank weighs a tenth.
    try run.update(9)
    #expect(zip(run.ranks.mean, [1.35, 1.65, 2, 1] as [Float]).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test func penaltiesFollowTheMeanRankAndStayPositive() throws {
    var run = try Regularized(OneLayer(row: [4, 1, 3, 2]))
    try run.update(0)
    // K = 2: delta = 1, 8^-1/2, 0, below 0.
    let second: Float = 0.35355338
    #expect(zip(run.one.state.penalty, [0, 1, 0, second]).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(run.one.family.wishes.penalises)
    let terms = try run.terms()
    #expect(terms.columnPenalty == run.one.state.penalty && terms.rowPenalty.isEmpty)
    #expect(run.one.fallen.isEmpty)
    #expect(run.one.remarks.isEmpty, "what is 0 and stays 0 is not reduced")
  }

  @Test func whatFallsIsReduced() throws {
    var run = try Regularized(OneLayer(row: [4, 1, 3, 2]))
    run.one.family.state.penalty = [0.25, 0, 0, 0]
    try run.update(0)
    #expect(run.one.remarks == [.reduced(group: 0, before: 0.25, after: 0)])
  }

  @Test func theCeilingPrunes() throws {
    var run = try Regularized(OneLayer(shape: [2, 4, 1, 1], [4, 1, 3, 2, 4, 1, 3, 2]))
    try run.update(6, ceiling: 0.25)
    #expect(run.one.fallen == [1, 3])
    run.one.settle(step: 7)
    #expect(run.one.state.prunedAt == [nil, 7, nil, 7])
    let penalty = try run.terms().columnPenalty
    #expect(penalty[1] == 0 && penalty[3] == 0 && penalty[2] == run.one.state.penalty[2])
    #expect(run.one.layer.mask.factors == [1, 0, 1, 0, 1, 0, 1, 0])
    #expect(run.one.layer.mask.maskedColumns == 2)
    #expect(run.ranks.mean[1] == 7 - 1_000_000 - 0.75)
    // The two that live take the places behind the pruned ones.
    try run.update(7, ceiling: 0.25, target: 0.75)
    #expect(run.one.fallen == [2])
    #expect(abs(run.ranks.mean[0] - 0.75) < 1e-6)
  }

  /// The float product decides how many: 25 * 0.9 asks for 23, 500 * 0.9 for 450.
  @Test(arguments: [(25, 22, nil), (25, 23, 0), (500, 449, nil), (500, 450, 0)] as [(Int, Int, Int?)])
  func nothingHappensAtTheTarget(_ columns: Int, _ pruned: Int, _ excess: Int?) throws {
    var run = try Regularized(OneLayer(row: (0..<columns).map { Float($0 + 1) }))
    run.one.family.prune(0..<pruned)
    run.one.settle(step: 1)
    try run.update(0, target: 0.9)
    #expect(run.one.remarks == (excess.map { [.excess($0)] } ?? []))
    #expect(run.one.family.wishes.penalises == (excess == nil))
    #expect(run.one.state.penalty.contains { $0 != 0 } == (excess == nil))
  }

  @Test func rowsAreGroupsToo() throws {
    var run = try Regularized(OneLayer(Rows(), shape: [4, 2, 1, 1], [4, 4, 1, 1, 3, 3, 2, 2]), "Reg_Row")
    try run.update(0, ceiling: 0.5)
    #expect(run.one.fallen == [1])
    run.one.settle(step: 1)
    #expect(run.one.layer.mask.maskedRows == 1)
    let penalty = run.one.state.penalty
    #expect(penalty[1] >= 0.5 && penalty[3] > 0)
    #expect(try run.terms().rowPenalty == [penalty[0], 0, penalty[2], penalty[3]])
    #expect(run.one.layer.achieved.rows == 0.25 && run.one.family.achieved == 0.25)
  }

  /// A memory of fewer groups, as a damaged file may have it.
  @Test func ranksOfAnotherFamilyDoNotFit() throws {
    let run = try Regularized(OneLayer(row: [4, 1, 3, 2]))
    #expect(run.method.fits(run.ranks, run.one.family))
    #expect(!run.method.fits(Ranks(count: 3), run.one.family))
  }
}
