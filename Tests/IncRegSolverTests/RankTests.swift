import Engine
import Testing
import TestSupport

@testable import IncRegSolver

@Suite struct RankTests {
  private func layer(_ kind: GroupSpace.Kind = .column, rows: Int = 1, columns: Int) -> PrunableLayer {
    PrunableLayer(
      name: "l", isConvolution: true, parameters: [0], shape: [rows, columns, 1, 1],
      space: GroupSpace(kind, rows: rows, columns: columns), ratio: 0.5, ratioStep: 0, takesFromNeighbours: true,
      multiplyAdds: 1)
  }

  private func situation(_ iteration: Int, ceiling: Float = 100, target: Float = 0.5) -> RankRegularizer.Situation {
    .init(iteration: iteration, step: 1, ceiling: ceiling, target: target, lastFeasible: 0)
  }

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

  @Test func ranksAreMeansSinceTheFirstIteration() {
    var layer = layer(columns: 4)
    let blob = Blob(shape: [1, 4])
    let regularize = RankRegularizer(layer.space, schedule: CentreSymmetric())
    blob.setPlainData([4, 1, 3, 2])
    _ = regularize(&layer, weight: blob, situation(0))
    #expect(layer.state.rankMean == [3, 0, 2, 1])
    #expect(layer.state.score == [4, 1, 3, 2])
    blob.setPlainData([1, 4, 3, 2])
    _ = regularize(&layer, weight: blob, situation(1))
    #expect(layer.state.rankMean == [1.5, 1.5, 2, 1])
    // After a pause of eight iterations the next rank weighs a tenth.
    _ = regularize(&layer, weight: blob, situation(9))
    #expect(isClose(layer.state.rankMean, [1.35, 1.65, 2, 1], absolute: 1e-6))
  }

  @Test func penaltiesFollowTheMeanRankAndStayPositive() {
    var layer = layer(columns: 4)
    let blob = Blob(shape: [1, 4])
    blob.setPlainData([4, 1, 3, 2])
    let regularize = RankRegularizer(layer.space, schedule: CentreSymmetric())
    let outcome = regularize(&layer, weight: blob, situation(0))
    // K = 2: delta = 1, 8^-1/2, 0, below 0.
    let second: Float = 0.35355338
    #expect(isClose(layer.state.lambda, [0, 1, 0, second], absolute: 1e-6))
    let terms = layer.terms(penalty: layer.state.lambda)
    #expect(terms.columnPenalty == layer.state.lambda && terms.rowPenalty.isEmpty)
    #expect(outcome.pruned.isEmpty)
    #expect(outcome.reduced.isEmpty, "what is 0 and stays 0 is not reduced")
  }

  @Test func theCeilingPrunes() {
    var layer = layer(rows: 2, columns: 4)
    let blob = Blob(shape: [2, 4])
    blob.setPlainData([4, 1, 3, 2, 4, 1, 3, 2])
    let regularize = RankRegularizer(layer.space, schedule: CentreSymmetric())
    let outcome = regularize(&layer, weight: blob, situation(6, ceiling: 0.25))
    #expect(outcome.pruned == [1, 3])
    #expect(layer.state.prunedAt == [nil, 7, nil, 7])
    let penalty = layer.terms(penalty: layer.state.lambda).columnPenalty
    #expect(penalty[1] == 0 && penalty[3] == 0 && penalty[2] == layer.state.lambda[2])
    #expect(layer.mask.factors == [1, 0, 1, 0, 1, 0, 1, 0])
    #expect(layer.mask.maskedColumns == 2)
    #expect(layer.state.rankMean[1] == 7 - 1_000_000 - 0.75)
    // The two that live take the places behind the pruned ones.
    let again = regularize(&layer, weight: blob, situation(7, ceiling: 0.25, target: 0.75))
    #expect(again.pruned == [2])
    #expect(isClose(layer.state.rankMean[0], 0.75, absolute: 1e-6))
  }

  /// The float product decides how many: 25 * 0.9 asks for 23, 500 * 0.9 for 450.
  @Test(arguments: [(25, 22, nil), (25, 23, 0), (500, 449, nil), (500, 450, 0)] as [(Int, Int, Int?)])
  func nothingHappensAtTheTarget(_ columns: Int, _ pruned: Int, _ excess: Int?) {
    var layer = layer(columns: columns)
    let blob = Blob(shape: [1, columns])
    blob.setPlainData((0..<columns).map { Float($0 + 1) })
    for column in 0..<pruned { layer.prune(column, step: 1, weights: blob.mutableData) }
    let regularize = RankRegularizer(layer.space, schedule: CentreSymmetric())
    let outcome = regularize(&layer, weight: blob, situation(0, target: 0.9))
    #expect(outcome.excess == excess)
    #expect(layer.state.lambda.contains { $0 != 0 } == (excess == nil))
  }

  @Test func rowsAreGroupsToo() {
    var layer = layer(.row, rows: 4, columns: 2)
    let blob = Blob(shape: [4, 2])
    blob.setPlainData([4, 4, 1, 1, 3, 3, 2, 2])
    let regularize = RankRegularizer(layer.space, schedule: CentreSymmetric())
    let outcome = regularize(&layer, weight: blob, situation(0, ceiling: 0.5))
    #expect(outcome.pruned == [1])
    #expect(layer.mask.maskedRows == 1)
    let lambda = layer.state.lambda
    #expect(lambda[1] >= 0.5 && lambda[3] > 0)
    #expect(layer.terms(penalty: lambda).rowPenalty == [lambda[0], 0, lambda[2], lambda[3]])
    layer.refreshRatio()
    #expect(layer.achieved.compared == 0.25)
  }
}
