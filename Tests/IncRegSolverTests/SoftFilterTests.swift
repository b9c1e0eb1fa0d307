import CaffeProto
import NetModel
import Pruning
import TestSupport
import Testing

@testable import IncRegSolver

/// The schedules of SFP, ASFP, SRFP and ASRFP. Expected numbers are those of the formulas in double precision, made
/// with numpy by a script of ten lines: int(N * (1 - rate)); a0 * exp(-k e), k = -ln(sigma / (a0 + 0.01 sigma)) / E; P
/// * (1 - exp(-e ln 4 / (D E))); P * (1 - (1 - (e + 1) / E)^3).
@Suite struct SoftFilterTests {
  @Test(
    arguments: [
      (0.9, [0, 1, 1, 3, 6, 9, 12, 25, 51]), (0.8, [1, 3, 3, 6, 12, 19, 25, 51, 102]),
      (0.7, [3, 4, 6, 9, 19, 30, 38, 76, 153]), (0.6, [4, 6, 8, 12, 25, 40, 51, 102, 204]),
      (0.5, [5, 8, 10, 16, 32, 50, 64, 128, 256]), (0.4, [6, 9, 12, 19, 38, 60, 76, 153, 307]),
      (0.3, [7, 11, 14, 22, 44, 70, 89, 179, 358]),
    ] as [(Double, [Int])])
  func countsAreTheOriginals(_ kept: Double, _ expected: [Int]) {
    #expect([10, 16, 20, 32, 64, 100, 128, 256, 512].map { SoftFilter.count($0, kept: kept) } == expected)
  }

  private func near(_ got: Double, _ expected: Double) -> Bool { isClose(got, expected, absolute: 1e-6) }

  @Test func attenuationFallsToZero() {
    let long = Attenuation(start: 1)
    for (epoch, expected) in [(1, 0.9440608758), (2, 0.8912509372), (100, 0.003162277502), (180, 0)] {
      #expect(near(long.factor(epoch: epoch, of: 200), expected))
    }
    for (epoch, expected) in [(0, 1), (1, 0.316227762855), (2, 0.099999998), (3, 0.031622775653), (9, 0)] {
      #expect(near(long.factor(epoch: epoch, of: 10), expected))
    }
    #expect(near(Attenuation(start: 0.5).factor(epoch: 1, of: 200), 0.4736692086))
    // Short runs end in zeros, too; before the first epoch nothing is forced.
    #expect(long.factor(epoch: 4, of: 5) == 0 && long.factor(epoch: 3, of: 5) > 0)
    #expect(long.factor(epoch: 0, of: 1, isForced: false) == 1)
    #expect((0..<10).allSatisfy { Attenuation(start: 0).factor(epoch: $0, of: 10) == 0 })
  }

  @Test func ratesGrow() {
    let exponential = RateSchedule(.exp)
    for (epoch, expected) in [
      (0, 0), (1, 0.02157694131), (2, 0.04198997163), (25, 0.3), (100, 0.3984375),
    ] {
      #expect(near(1 - exponential.kept(0.4, epoch: epoch, of: 200), expected))
    }
    #expect(near(1 - exponential.kept(0.4, epoch: 189, of: 200), 0.4 * (1 - 2.807e-5)))
    #expect(near(1 - exponential.kept(0.4, epoch: 199, of: 200, isForced: false), 0.3999935485))
    for (count, expected) in [(16, [0, 0, 0, 1, 4, 6]), (64, [0, 1, 2, 6, 19, 25])] {
      let got = [0, 1, 2, 5, 25, 199].map {
        SoftFilter.count(count, kept: exponential.kept(0.4, epoch: $0, of: 200, isForced: false))
      }
      #expect(got == expected)
    }
    let cubic = RateSchedule(.poly)
    for (epoch, expected) in [(0, 0.00597005), (1, 0.0118804), (2, 0.01773135), (25, 0.1365988), (100, 0.35148505)] {
      #expect(near(1 - cubic.kept(0.4, epoch: epoch, of: 200), expected))
    }
    for form in [PruningParameter.Schedule.constant, .exp, .poly] {
      #expect(RateSchedule(form).kept(0.4, epoch: 190, of: 200) == 0.6)
      #expect(RateSchedule(form).kept(0.4, epoch: 4, of: 5) == 0.6)
    }
    #expect(RateSchedule(.constant).kept(0.4, epoch: 0, of: 200) == 0.6)
  }

  private let weights: [Float] = [0.3, -0.2, 0.1, 0.05, 0.02, -0.04, -0.6, 0.5, 0.4, 0.1, -0.1, 0.2]

  /// Rows 1 and 3 are the smallest.
  @Test func theSmallestShrink() throws {
    let method = try method(SoftFilter.self, "SRFP_Row")
    let one = OneLayer(Rows(), shape: [4, 3, 1, 1], weights)
    var nothing = Nothing()
    var run = MomentOfRun(
      iteration: 0, target: 0.5, random: one.moment(0).random,
      scores: { try L2Norm().scores(one.family.groups, one) }, weights: one)
    (run.epoch, run.epochs) = (4, 10)
    var family = one.family
    try method.act(.epoch, on: &family, &nothing, in: run)
    #expect(family.state.softened == [false, true, false, true])
    family.scale(Dictionary(uniqueKeysWithValues: family.wishes.scaled.map { ($0.group, $0.factor) })) { _ in
      one.weights.mutableData
    }
    let got = one.weights.plainData
    for (index, expected) in [
      3: 0.0015811388, 4: 0.0006324555, 5: -0.001264911, 9: 0.0031622776, 10: -0.0031622776, 11: 0.0063245551, 0: 0.3,
    ] as [Int: Float] {
      #expect(abs(got[index] - expected) < 1e-8)
    }
  }

  private func soft(_ method: String, _ change: @escaping (inout SolverParameter) -> Void = { _ in }) throws
    -> MethodRun
  {
    try MethodRun(method, "L2") {
      ($0.epochIters, $0.snapshot) = (12, 0)
      change(&$0)
    }
  }

  @Test(arguments: ["Row", "Weight"])
  func withoutAttenuationTheyAreTheSame(_ suffix: String) throws {
    for (plain, softer) in [("SFP", "SRFP"), ("ASFP", "ASRFP")] {
      let one = try soft("\(plain)_\(suffix)")
      let other = try soft("\(softer)_\(suffix)") { $0.pruningParam.softenStart = 0 }
      let third = try soft("\(softer)_\(suffix)")
      for run in [one, other, third] { try run.solver.solve() }
      #expect(one.learned == other.learned)
      #expect(one.learned != third.learned)
    }
  }

  /// Of 6 and of 8 filters half go: 3 and 4; softened and shrunk ones come back until the end.
  @Test(arguments: ["SFP", "ASFP", "SRFP", "ASRFP"])
  func runsEndInZeros(_ name: String) throws {
    let run = try soft("\(name)_Row")
    try run.solver.solve()
    let hook = try #require(run.solver.hook as? PruningRun<SoftFilter>)
    for (layer, count) in zip(hook.layers, [3, 4]) {
      #expect(run.zeros(layer, Rows()).count == count)
      #expect(layer.mask.maskedRows == count)
    }
  }

  /// In the middle of an epoch, behind one, and in a run that chooses in every third.
  @Test(arguments: ["SFP_Row", "ASFP_Row", "SRFP_Row", "ASRFP_Weight"])
  func resumedRunsAreTheUnbrokenOnes(_ name: String) throws {
    try MethodRun.checkResumption(at: [7, 42, 84], name, "L2") {
      ($0.epochIters, $0.snapshot, $0.pruningParam.pruneEpochs) = (12, 7, name == "SFP_Row" ? 3 : 1)
    }
  }

  @Test func settingsThatCannotWorkNameTheirField() {
    for (field, change) in [
      ("rate_delay", { $0.rateDelay = 0 }), ("soften_start", { $0.softenStart = 1.5 }),
      ("soften_sigma", { $0.softenSigma = -.infinity }), ("prune_epochs", { $0.pruneEpochs = 0 }),
    ] as [(String, (inout PruningParameter) -> Void)] {
      let error = #expect(throws: IncRegError.self) {
        try method(SoftFilter.self, "ASRFP") { change(&$0.pruningParam) } as SoftFilter
      }
      #expect(error?.description.hasPrefix("solver: pruning_param.\(field): ") == true)
    }
  }
}
