import Testing

@testable import Budgets

/// Losses and curves of a map that is written down here.
@Suite struct SensitivityTests {
  private func map(_ points: [(Int, Double?)], images: Int = 900, makers: [String] = ["a"]) -> SensitivityMap {
    func family(_ makers: [String], _ points: [(Int, Double?)]) -> SensitivityMap.Family {
      .init(makers: makers, channels: 16, points: points.map { .init(width: $0.0, accuracy: $0.1) })
    }
    return SensitivityMap(
      identity: "w", importance: "l1", images: images, accuracy: 0.9,
      families: [family(makers, points), family(["b"], [(4, 0.8)])])
  }

  @Test func lossesNeverFallAndSmallOnesAreNone() {
    let map = map([(12, 0.892), (8, 0.8), (6, 0.85), (4, nil)])
    // 1 / 30 / 3.
    #expect(abs(map.resolution - 1.0 / 90) < 1e-12)
    let losses = map.losses(map.families[0])
    #expect(losses.map(\.width) == [12, 8, 6, 4])
    #expect(losses[0].loss == 0 && abs(losses[1].loss - 0.1) < 1e-12 && losses[2].loss == losses[1].loss)
    #expect(losses[3].loss == .infinity)
  }

  @Test func betweenPointsAreLines() throws {
    let space = try BudgetFixture().space(multiple: 2)
    let curves = try map([(12, 0.9), (4, 0.7)]).curves(space, identity: "w", importance: "l1")
    // Widths 16, 14, ... 2: none is lost down to 12, a fortieth with each step down to 4; below nothing is known.
    let expected = [0, 0, 0, 0.05, 0.1, 0.15, 0.2, Double.infinity]
    for (loss, expected) in zip(curves.losses[0], expected) { #expect(loss == expected || abs(loss - expected) < 1e-9) }
    #expect(curves.losses[0].count == 8)
    let hopeless = try map([(12, 0.9), (4, nil)]).curves(space, identity: "w", importance: "l1").losses[0]
    #expect(hopeless[2] == 0 && hopeless[3] == .infinity)
  }

  /// A file may say anything, even what no difference of can be formed.
  @Test(arguments: [(16, 0.8), (-1, 0.8), (Int.min, 0.8), (4, -1), (4, 1.5), (4, -Double.infinity)])
  func whatNobodyMeasuresIsRefused(_ width: Int, _ accuracy: Double) throws {
    let space = try BudgetFixture().space()
    let reason = "the points of 'a' are no widths that fall from below 16, with accuracies from 0 to 1"
    #expect(throws: BudgetError.otherMap(reason: reason)) {
      try map([(12, 0.9), (width, accuracy)]).curves(space, identity: "w", importance: "l1")
    }
  }

  @Test func othersAreRefused() throws {
    let space = try BudgetFixture().space()
    #expect(throws: BudgetError.otherMap(reason: "it was made with other weights")) {
      try map([(4, 0.8)]).curves(space, identity: "v", importance: "l1")
    }
    #expect(throws: BudgetError.otherMap(reason: "it was made with --importance l1, not l2")) {
      try map([(4, 0.8)]).curves(space, identity: "w", importance: "l2")
    }
    #expect(throws: BudgetError.otherMap(reason: "the net has 16 channels of 'a', the map 16 of 'z'")) {
      try map([(4, 0.8)], makers: ["z"]).curves(space, identity: "w", importance: "l1")
    }
  }
}
