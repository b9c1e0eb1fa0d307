import NetModel
import TestSupport
import Testing

@testable import Pruning

/// LAMP, FPGM, Taylor, Fisher, and one ranking for all families. Expected numbers are made by hand or with numpy.
@Suite struct RankingTests {
  private let place = BlobPlace(layer: 0, blob: 0)
  private let bias = BlobPlace(layer: 0, blob: 1)

  private func rows(_ rows: Int, _ columns: Int) -> GroupFamily {
    family(WeightMatrix(rows: rows, columns: columns), .rows(nil), count: rows)
  }

  private func near(_ got: [Float], _ expected: [Float]) -> Bool {
    isClose(got, expected, relative: 1e-6, absolute: 1e-6)
  }

  @Test func lampDividesByWhatIsNotSmaller() throws {
    let expected: [Float] = [0.1052631579, 0.0256410256, 1, 0.2647058824]
    let values = Values(blobs: [place: [0.2, -0.1, 0.5, 0.3]])
    #expect(near(try LAMP().scores(rows(4, 1), values), expected))
    let weights = family(WeightMatrix(rows: 2, columns: 2), .elements, count: 4)
    #expect(near(try LAMP().scores(weights, values), expected))
    #expect(try LAMP().scores(rows(2, 1), Values(blobs: [place: [0, 0]])) == [0, 0])
  }

  /// Points (0, 0), (3, 4), (0, 1): distances 5, 1 and the root of 18.
  @Test func theMiddleIsWorthLeast() throws {
    let values = Values(blobs: [place: [0, 0, 3, 4, 0, 1]])
    let root = Float(18).squareRoot()
    #expect(near(try FPGM().scores(rows(3, 2), values), [6, 5 + root, 1 + root]))
    #expect(throws: ImportanceError.self) {
      try FPGM().scores(family(WeightMatrix(rows: 1, columns: 2), .elements, count: 2), values)
    }
  }

  /// Weights (.5, -.2), (.1, .3) with mean gradients (.1, .2), (-.4, .05).
  @Test func gradientsCount() throws {
    var values = Values(
      blobs: [place: [0.5, -0.2, 0.1, 0.3]], gradients: [place: [0.1, 0.2, -0.4, 0.05]])
    #expect(near(try Fisher().scores(rows(2, 2), values), [1e-4, 6.25e-4]))
    #expect(near(try Taylor().scores(rows(2, 2), values), [0.09, 0.055]))
    values.blobs[bias] = [1, -2]
    values.gradients?[bias] = [0.02, 0.01]
    #expect(near(try Fisher().scores(rows(2, 2), values), [9e-4, 2.025e-3]))
    values.gradients = nil
    for importance in [Fisher(), Taylor()] as [any Importance] {
      #expect(throws: ImportanceError.noGradients) { try importance.scores(rows(2, 2), values) }
    }
  }

  @Test func oneRankingForAll() {
    let scores: [[Float]] = [[1, 5, 2], [3, 4], [0.5, 0.5, 9]]
    let living = [[0, 1, 2], [0, 1], [0, 1, 2]]
    #expect(GlobalRanking.lowest(4, of: scores, living: living, atLeast: [0, 0, 0]) == [[0, 2], [], [0, 1]])
    #expect(GlobalRanking.lowest(4, of: scores, living: living, atLeast: [2, 1, 2]) == [[0], [0], [0]])
    #expect(GlobalRanking.lowest(2, of: scores, living: [[1], [0, 1], []], atLeast: [0, 0, 0]) == [[], [0, 1], []])
  }

  /// The first two families lose as many: their weakest have the mean 2, the next ones 4.5.
  @Test func bundlesLoseAsMany() {
    let scores: [[Float]] = [[1, 5, 9], [3, 4, 9], [2.5, 3.5]]
    let living = [[0, 1, 2], [0, 1, 2], [0, 1]]
    func lowest(_ count: Int) -> [[Int]] {
      GlobalRanking.lowest(count, of: scores, living: living, atLeast: [1, 1, 0], bundles: [[0, 1], [2]])
    }
    #expect(lowest(1) == [[], [], [0]])
    #expect(lowest(3) == [[0], [0], [0]])
    #expect(lowest(5) == [[0], [0], [0, 1]])
    #expect(lowest(6) == [[0, 1], [0, 1], [0, 1]])
  }

  @Test func scoresBecomeComparable() {
    #expect(GlobalRanking.comparable([1, 2, 3], L1Norm()) == [0.5, 1, 1.5])
    #expect(GlobalRanking.comparable([0, 0], L1Norm()) == [0, 0])
    for importance in [LAMP(), Fisher(), RandomScore(seed: 1)] as [any Importance] {
      #expect(GlobalRanking.comparable([1, 2, 3], importance) == [1, 2, 3])
    }
  }

  /// All weights that read a channel of three kernel positions, through both blocks.
  @Test func inputChannelsGoThroughAllBlocks() {
    let (slices, count) = Inputs().slices(WeightMatrix(rows: 4, columns: 6, spatial: 3, blocks: 2))
    #expect(slices == .columns([0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1]) && count == 2)
  }
}
