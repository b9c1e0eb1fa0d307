import CaffeProto
import NetModel
import Pruning
import Testing

@testable import IncRegSolver

/// GReg on one layer. Expected numbers are those of the original's rules in double precision, made with numpy.
@Suite struct GrowingRegTests {
  /// Weights of 4 filters, and the gradient that is theirs in every iteration.
  private let weights: [Float] = [0.3, -0.2, 0.1, 0.05, 0.02, -0.04, -0.6, 0.5, 0.4, 0.1, -0.1, 0.2]
  private let gradient: [Double] = [0.01, 0.02, -0.01, 0, 0.01, 0, 0.02, 0, 0.01, -0.01, 0.01, 0]

  private func act(
    _ method: GrowingReg, _ one: inout OneLayer, _ choice: inout GrowingReg.Choice, iteration: Int
  ) throws {
    var (families, choices) = ([one.family], [choice])
    try method.act(.iteration, together: &families, &choices, in: [one.moment(iteration)])
    (one.family, choice) = (families[0], choices[0])
  }

  /// Rate 0.1, momentum 0.9, decay 5e-4, a step of 1e-4 every second iteration.
  @Test func theFirstGrowsOnTheSmallest() throws {
    let method = try method(GrowingReg.self, "GReg-1_Row") {
      ($0.pruningParam.regStep, $0.pruningParam.regInterval) = (1e-4, 2)
    }
    var one = OneLayer(Rows(), shape: [4, 3, 1, 1], weights)
    var choice = method.memory(of: one.family)
    var (values, velocity) = (weights.map { Double("\($0)") ?? 0 }, [Double](repeating: 0, count: 12))
    for (iteration, expected) in [1e-4, 1e-4, 2e-4, 2e-4].enumerated() {
      try act(method, &one, &choice, iteration: iteration)
      #expect(choice.isMade && Set(choice.groups) == [1, 3])
      let penalty = one.family.state.penalty
      for (group, value) in penalty.enumerated() {
        #expect(abs(Double(value) - ([1, 3].contains(group) ? expected : 0)) < 1e-9)
      }
      for index in values.indices {
        velocity[index] =
          0.9 * velocity[index] + gradient[index] + (5e-4 + Double(penalty[index / 3])) * values[index]
        values[index] -= 0.1 * velocity[index]
      }
      one.weights.setPlainData(values.map { Float($0) })
      if iteration == 0 {
        for (got, expected) in zip(
          values,
          [
            0.298985, -0.20199, 0.100995, 0.049997, 0.0189988, -0.0399976, -0.60197, 0.499975, 0.39898, 0.100994,
            -0.100994, 0.199988,
          ])
        { #expect(abs(got - expected) < 1e-6) }
      }
    }
    for (got, expected) in zip(
      values,
      [
        0.2908159669, -0.2180061339, 0.109003067, 0.0499714059, 0.0109405033, -0.0399771247, -0.6178251678,
        0.4997737923, 0.3907707253, 0.1089908707, -0.1089908707, 0.1998856234,
      ])
    { #expect(abs(got - expected) < 1e-6) }
  }

  /// Picked when all penalties are at 3e-5; above 2.5e-4 the layer is done, and its penalties stay.
  @Test func theSecondPicksByResponse() throws {
    let method = try method(GrowingReg.self, "GReg-2_Row") {
      ($0.pruningParam.pickStep, $0.pruningParam.pickLimit, $0.pruningParam.regStep) = (1e-5, 3e-5, 1e-4)
      ($0.pruningParam.keepPenalty, $0.pruningParam.regLimit) = (-1e-4, 2.5e-4)
    }
    var one = OneLayer(Rows(), shape: [3, 2, 1, 1], [3, 3, 1, 1, 2, 2], ratio: 0.3)
    var choice = method.memory(of: one.family)
    let steps: [(kept: Float, goes: Float)] = [
      (1e-5, 1e-5), (2e-5, 2e-5), (3e-5, 3e-5), (-1e-4, 1.3e-4), (-1e-4, 2.3e-4), (-1e-4, 3.3e-4), (-1e-4, 3.3e-4),
    ]
    for (iteration, expected) in steps.enumerated() {
      // The choice is made by what is smallest at the time, which is group 2 in the end.
      if iteration == 2 { one.weights.setPlainData([3, 3, 1, 1, 0.5, 0.5]) }
      try act(method, &one, &choice, iteration: iteration)
      #expect(choice.isMade == (iteration >= 2) && choice.groups == (iteration >= 2 ? [2] : [1]))
      for (got, expected) in zip(one.family.state.penalty, [expected.kept, expected.kept, expected.goes]) {
        #expect(abs(got - expected) < 1e-9)
      }
      #expect(one.family.finishedAt == (iteration >= 5 ? 5 : nil))
    }
  }

  /// Ratios 2, 4, 8.
  @Test func theRatioIsSmoothed() {
    var choice = GrowingReg.Choice()
    choice.groups = [0]
    for (ratio, expected) in [(2, 2), (4, 2.2), (8, 2.78)] as [(Float, Float)] {
      choice.update([1, ratio - 1, ratio + 1], of: [0, 1, 2])
      #expect(abs(choice.ratio[0] - expected) < 1e-6)
    }
  }

  /// Single precision: 1e-4 is above 1 after 10,000 steps; GReg-2 picks with the 1001st and needs 9,900 more.
  @Test(arguments: [("GReg-1_Row", 9_999, -1), ("GReg-2_Row", 10_900, 1_000)])
  func runsAreAsLongAsTheOriginals(_ name: String, _ finished: Int, _ picked: Int) throws {
    let method = try method(GrowingReg.self, name) {
      ($0.pruningParam.regStep, $0.pruningParam.pickStep) = (1e-4, 1e-5)
    }
    var one = OneLayer(Rows(), shape: [4, 3, 1, 1], weights)
    var choice = method.memory(of: one.family)
    var made: Int?
    for iteration in 0..<12_000 where one.family.finishedAt == nil {
      try act(method, &one, &choice, iteration: iteration)
      if choice.isMade, made == nil { made = iteration }
    }
    #expect(one.family.finishedAt == finished)
    if picked >= 0 { #expect(made == picked) }
  }

  private static let names = ["GReg-1_Row", "GReg-2_Row", "GReg-1_Input", "GReg-2_Weight"]

  /// The run is made of growth, settling, a cut with a fresh optimiser, and fine-tuning, by the defaults.
  @Test(arguments: names)
  func theDefaultsMakeAWholeRun(_ name: String) throws {
    var lines: [String] = []
    let run = try MethodRun(name, "L2", output: PruneOutput(stamp: { "" }, write: { lines.append($0) })) {
      $0.snapshot = 0
    }
    let hook = try #require(run.solver.hook as? PruningRun<GrowingReg>)
    let picking = name.hasPrefix("GReg-2") ? 5 : 0
    // 48 steps of 1 / 48, of which the last must be above 1, and a tenth of 120 iterations.
    let last = 48 + picking + 12
    try run.solver.step(last - 2)
    #expect(hook.phase == .prune && hook.layers.allSatisfy(\.mask.isEmpty))
    while hook.phase == .prune, run.solver.iteration < 120 { try run.solver.step(1) }
    #expect(abs(run.solver.iteration - last) <= 1)
    #expect(run.solver.history.joined().allSatisfy { $0.plainData.allSatisfy { $0 == 0 } })
    for family in hook.families where family.ratio > 0 {
      #expect(family.state.prunedCount == hook.method.goal(family))
    }
    let masks = hook.layers.map(\.mask)
    try run.solver.step(120 - run.solver.iteration)
    #expect(hook.layers.map(\.mask) == masks)
    for layer in hook.layers {
      let values = run.weights(layer).plainData
      #expect(values.indices.allSatisfy { !layer.mask.isMasked(element: $0) || values[$0] == 0 })
    }
    #expect(lines.contains { $0.contains("All layer prune finished") })
  }

  /// While penalties grow, while the net settles, right behind the cut, and in fine-tuning.
  @Test(arguments: names)
  func resumedRunsAreTheUnbrokenOnes(_ name: String) throws {
    try MethodRun.checkResumption(at: [2, 30, 52, 60, 70, 90], name, "L2") {
      ($0.snapshot, $0.pruningParam.settleIters) = (2, 12)
    }
  }

  @Test func settingsThatCannotWorkNameTheirField() {
    for (field, change) in [
      ("reg_interval", { $0.regInterval = 0 }), ("reg_step", { $0.regStep = 0 }), ("reg_limit", { $0.regLimit = .nan }),
      ("pick_step", { $0.pickStep = -1 }), ("pick_limit", { $0.pickLimit = 0 }),
      ("keep_penalty", { $0.keepPenalty = .infinity }), ("magnitude_ratio", { $0.magnitudeRatio = 0 }),
      ("settle_iters", { $0.settleIters = -1 }),
    ] as [(String, (inout PruningParameter) -> Void)] {
      let error = #expect(throws: IncRegError.self) {
        try method(GrowingReg.self, "GReg-2") { change(&$0.pruningParam) } as GrowingReg
      }
      #expect(error?.description.hasPrefix("solver: pruning_param.\(field): ") == true)
    }
  }
}
