import NetModel
import Pruning
import Slimming
import Testing

@testable import Budgets

/// Widths, what they cost, and which are chosen. Expected numbers are computed by hand.
@Suite struct WidthTests {
  /// Weights of a: 16 a, of b: a * b, of c: 4 b; biases: a, b, 4. Multiply-adds: 16 places for every weight.
  @Test func costsAreCountedAsForTheNetItself() throws {
    let space = try BudgetFixture().space()
    #expect(space.rungs.map(\.count) == [4, 4])
    let (macs, params, bytes) = (
      CountedCost(.macs, in: space), CountedCost(.params, in: space), CountedCost(.bytes, in: space)
    )
    #expect(try space.total(macs, at: space.whole) == Double(16 * (16 + 256 + 64)))
    for rungs in [[0, 0], [1, 0], [0, 3], [2, 1]] {
      let point = space.whole.moved(rungs, in: space)
      let (a, b) = (16 - 4 * rungs[0], 16 - 4 * rungs[1])
      #expect(space.widths(point) == [a, b])
      #expect(try space.total(macs, at: point) == Double(16 * (a + a * b + 4 * b)))
      #expect(try space.total(params, at: point) == Double(a + a * b + 4 * b + a + b + 4))
      #expect(try space.total(bytes, at: point) == 4 * space.total(params, at: point))
      let net = try NetDescription(space.net(at: point), state: BudgetFixture.state, registry: .caffe)
      #expect(try Double(net.cost.totalMultiplyAdds) == space.total(macs, at: point))
      #expect(try Double(net.cost.totalParameters) == space.total(params, at: point))
    }
    let point = space.whole.moved(0, to: 2, in: space)
    #expect(try space.saving(macs, from: space.whole, 0, to: 2) == Double(16 * (8 + 8 * 16)))
    #expect(try space.saving(macs, from: point, 0, to: 0) == -Double(16 * (8 + 8 * 16)))
  }

  @Test func anEighthAndTheFloorStay() throws {
    #expect(try BudgetFixture().space(multiple: 1).rungs.map(\.count) == [15, 15])
    let space = try BudgetFixture().space(multiple: 4, floor: 7)
    #expect(space.widths(space.narrowest) == [8, 8])
    #expect(space.widths(space.point { [0.8, 0.6][$0] }) == [12, 8])
  }

  /// Scores are 1 to 16, of which 136 is the sum; four go in a step: 10, 26, 42, 58.
  @Test func lossesGrowAsTheShareThatIsKeptShrinks() throws {
    let losses = LossCurves(try BudgetFixture().space()).losses[0]
    for (loss, kept) in zip(losses, [136, 126, 100, 58]) { #expect(abs(loss - (136 / Double(kept) - 1)) < 1e-6) }
  }

  /// Both families lose alike, but a step of b saves more: 16 * 4 * (a + 4) against 16 * 4 * (b + 1).
  @Test func theCheapestStepsGoFirst() throws {
    let space = try BudgetFixture().space()
    let cost = CountedCost(.macs, in: space)
    func widths(_ limit: Double) throws -> [Int]? {
      try WidthSearch(space, cost, LossCurves(space), limit: limit).greedy(scopes: space.oneScope).map(space.widths)
    }
    #expect(try widths(5376) == [16, 16])
    #expect(try widths(5375) == [16, 12])
    // 16 * (16 + 16 * 12 + 48) = 4096. Next a: (136/126 - 1) / (16 * 4 * 13) is less than b's second step.
    #expect(try widths(4095) == [12, 12])
    #expect(try widths(16 * (4 + 16 + 16)) == [4, 4])
    #expect(try widths(16 * 36 - 1) == nil)
  }

  @Test func thresholdsAllowEveryFamilyTheSameLoss() throws {
    let space = try BudgetFixture().space()
    let cost = CountedCost(.macs, in: space)
    let curves = LossCurves([[0, 0.01, 0.05, .infinity], [0, 0, 0.02, 0.4]])
    func found(_ limit: Double) throws -> (widths: [Int], loss: Double)? {
      try WidthSearch(space, cost, curves, limit: limit).threshold().map { (space.widths($0.point), $0.loss) }
    }
    // 0.02: 12 and 8 channels, 16 * (12 + 96 + 32) = 2240.
    let exact = try #require(try found(2240))
    #expect(exact.widths == [12, 8] && exact.loss == 0.02)
    // 0.05 allows 8 and 8; there is room to widen none: 8 and 12 cost 2432, 12 and 8 2240.
    let next = try #require(try found(2239))
    #expect(next.widths == [8, 8] && next.loss == 0.05)
    // With 0.02 the limit is met with room for a's other step, which wins 0.01.
    let refilled = try #require(try found(16 * (16 + 128 + 32)))
    #expect(refilled.widths == [16, 8] && refilled.loss == 0.02)
    #expect(try found(16 * (8 + 32 + 16) - 1) == nil)
  }

  @Test func aStairThatSavesNothingIsPassed() throws {
    /// Costs of a family's width, by steps of eight.
    struct Stairs: WidthCost {
      let constant = 1.0
      func cost(of layer: Int, _ widths: LayerWidths) -> Double { Double((widths.top.first ?? 0) / 8) }
    }
    let space = try BudgetFixture().space()
    func widths(_ limit: Double) throws -> [Int]? {
      try WidthSearch(space, Stairs(), LossCurves(space), limit: limit).greedy(scopes: space.oneScope).map(space.widths)
    }
    // 1 + 2 + 2 + 0 is the whole. 12 costs one less than 16, 8 no less than 12.
    #expect(try widths(4) == [12, 16])
    #expect(try widths(3) == [12, 12])
    #expect(try widths(2) == [4, 12])
  }

  @Test func scopesLoseAlike() throws {
    let space = try BudgetFixture(
      """
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 1 dim: 1 dim: 4 dim: 4 } } }
      layer { name: "a" type: "Convolution" bottom: "data" top: "a" convolution_param { num_output: 16 kernel_size: 1 } }
      layer { name: "b" type: "Convolution" bottom: "a" top: "b" convolution_param { num_output: 16 kernel_size: 1 } }
      layer { name: "p" type: "Convolution" bottom: "b" top: "p" convolution_param { num_output: 16 kernel_size: 1 } }
      layer { name: "r" type: "ReLU" bottom: "p" top: "p" }
      layer { name: "c" type: "Convolution" bottom: "p" top: "c" convolution_param { num_output: 1 kernel_size: 1 } }
      """
    ).space()
    #expect(space.isomorphicScopes == [[0, 1], [2]])
    let search = WidthSearch(space, CountedCost(.params, in: space), LossCurves(space), limit: 250)
    let point = try #require(try search.greedy(scopes: space.isomorphicScopes))
    let widths = space.widths(point)
    #expect(abs(Double(widths[0] + widths[1]) / 32 - Double(widths[2]) / 16) <= 0.3, "\(widths)")
    #expect(try space.total(CountedCost(.params, in: space), at: point) <= 250)
  }
}
