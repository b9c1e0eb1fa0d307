import Testing
import TestSupport

@testable import IncRegSolver

/// The course of a run against what the original printed (Tests/Golden/increg): accuracies in, decisions out.
@Suite struct PhaseTests {
  private func golden(_ name: String) throws -> [String] {
    let text = try readText(goldenDirectory + "/\(name).txt")
    return text.split(separator: "\n").map(String.init)
  }

  /// Runs a script; gives the lines and what should have been printed.
  private func replay(
    _ name: String, _ settings: IncRegSettings, _ layers: [PrunableLayer], prefix: String, rate: Float,
    change: ([ScriptedRun.Event]) -> [ScriptedRun.Event] = { $0 }
  ) throws -> (run: ScriptedRun, expected: [String]) {
    let lines = try golden(name)
    let events = change(ScriptedRun.Event.all(in: lines, layers: layers))
    let run = ScriptedRun(settings, layers: layers, prefix: prefix, events: events)
    run.rate = rate
    try run.run()
    return (run, lines.filter { !$0.contains("successfully") })
  }

  private func tiny(_ borderline: Float) throws -> IncRegSettings {
    try settings {
      $0.borderline = borderline
      $0.baseline = 0.8775
      $0.settlingIterations = 10
      $0.checkInterval = 5
      $0.accumulation = [.prune: 1, .settle: 1, .retrain: 2, .finalRetrain: 2]
    }
  }

  @Test func givenRatios() throws {
    let settings = try settings {
      $0.targetReg = 0.05
      $0.borderline = -1
      $0.settlingIterations = 1000
      $0.checkInterval = 500
      $0.accumulation = [.prune: 1, .settle: 8, .retrain: 8, .finalRetrain: 8]
    }
    let (run, expected) = try replay("lenet5-regcol", settings, lenetLayers(), prefix: "weights/", rate: 0.0005)
    expectEqual(run.lines, expected)
    // 22000 iterations were executed (golden/lenet5-regcol/README.txt).
    #expect(abs(run.trace.count - 22_000) < 10, "\(run.trace.count)")
    #expect(run.trace[4027].passes == 1)
    #expect(run.trace[4029].passes == 8)
    #expect(run.snapshots.keys.contains("weights/_stage0_iter_0.solverstate"))
    #expect(run.snapshots.keys.contains("weights/_stage1_iter_5500.solverstate"))
    #expect(run.iteration == 10_000)
  }

  @Test func accuracyFloorWithRollBacks() throws {
    let (run, expected) = try replay("tiny-e-multistage", tiny(0.86), tinyLayers(), prefix: "snap", rate: 0.001)
    expectEqual(run.lines, expected)
    #expect(run.trace.count == 726)
    #expect(run.trace.last?.phase == .finalRetrain)
    #expect(run.trace.last?.passes == 2)
    // Of every judgement a machine that follows the run is told, too.
    let judged = run.told.compactMap { if case .judged(_, _, _, _, let isGood) = $0 { isGood } else { nil } }
    #expect(judged == run.lines.filter { $0.contains("accuracy **") }.map { $0.contains("good") })
    #expect(!judged.isEmpty)
    let best = run.told.last { if case .best = $0 { true } else { false } }
    guard case .best(_, let iteration, _, .finalRetrain, _)? = best else {
      Issue.record("no best net: \(run.told)")
      return
    }
    #expect(run.lines.contains { $0.contains("All 'final_retrain' done") && $0.contains("iter = \(iteration),") })
  }

  @Test func targetReachedEndsEarly() throws {
    var settings = try tiny(0.5)
    settings.endsAtTarget = true
    let (run, expected) = try replay("tiny-e5-target-reached", settings, tinyLayers(), prefix: "snap", rate: 0.001)
    expectEqual(run.lines, expected)
    #expect(run.controller.state.stage == 4)
  }

  /// The original looks for a snapshot that does not exist and aborts (Q22).
  @Test func aHopelessFirstStageIsRetrainedFromTheStart() throws {
    let (run, _) = try replay("tiny-e-multistage", tiny(0.86), tinyLayers(), prefix: "snap", rate: 0.001) { events in
      events.map { if case .accuracy = $0 { .accuracy(0.1) } else { $0 } }
    }
    #expect(run.lines.contains { $0.contains("Stop: incre_pr is too small") })
    #expect(run.lines.contains("[app]    ===== resuming from: snap_stage0_iter_0.solverstate"))
    #expect(run.lines.contains("[app]    All prune done. Output the best caffemodel, iter = 5, acc = 0.100000"))
  }

  @Test func theRateIsLatched() throws {
    let controller = PhaseController(
      try tiny(0), families: columnFamilies(of: tinyLayers()), output: PruneOutput(write: { _ in }))
    #expect(controller.learningRate(policy: 0.1) == 0.1)
    #expect(controller.learningRate(policy: 0.05) == 0.1)
  }

  /// States that caffe_increg wrote do not say what the rate of the stage was.
  @Test func theRateAfterAnUnknownOneIsThePolicys() throws {
    let run = ScriptedRun(
      try tiny(0.86), layers: tinyLayers(), prefix: "snap", events: Array(repeating: .accuracy(0.9), count: 100))
    run.controller.state.phase = .retrain
    run.controller.state.stage = 1
    try run.run(limit: 300)
    #expect(run.controller.state.phase == .prune)
    #expect(run.trace.contains { $0.phase == .retrain && $0.rate < 0.001 })
    #expect(run.trace.allSatisfy { $0.phase != .prune || $0.rate == 0.001 })
  }

  @Test func anUnprunedStartBeyondTheSpeedUpIsOnlyTrained() throws {
    let settings = try settings {
      $0.speedup = 1
      $0.checkInterval = 0
    }
    let run = ScriptedRun(settings, layers: tinyLayers(), prefix: "", events: [])
    try run.run(limit: 20)
    #expect(run.trace.allSatisfy { $0.phase == .prune })
    #expect(run.controller.state.families.map(\.finishedAt) == [-1, -1, -1])
  }

  @Test func theNetsSpeedUpFinishesEveryLayer() throws {
    var lines: [String] = []
    let settings = try settings { $0.speedup = 1.5 }
    var layers = tinyLayers()
    let controller = PhaseController(
      settings, families: columnFamilies(of: layers), output: PruneOutput(stamp: { "" }, write: { lines.append($0) }))
    // Half of conv1 makes 5184 / (1728 + 1728).
    for column in 0..<5 { layers[0].mask.mask(column: column) }
    layers[0].refreshRatio()
    func refresh(_ iteration: Int) {
      for (index, family) in columnFamilies(of: layers).enumerated() {
        _ = controller.refreshed(index, family, layers[index].achieved, iteration: iteration)
      }
    }
    refresh(6)
    #expect(controller.state.families.map(\.finishedAt) == [6, nil, 6])
    #expect(!controller.state.stageFinished)
    controller.counted(Budget(layers, rule: settings.budget))
    refresh(7)
    #expect(controller.state.families.map(\.finishedAt) == [6, 7, 6])
    #expect(controller.state.stageFinished)
    #expect(controller.state.stageFinishedAt == 7)
    #expect(lines.count == 3)
    #expect(
      lines.last
        == "conv2 prune finished!  step: 8  net speedup: 1.5  net compRatio: 10000  pruned_ratio: 0.0000"
        + "  pruned_ratio_row: 0.0000  pruned_ratio_col: 0.0000  current prune_ratio: 0.5")
  }

  /// Forty columns are what the ratio asks for, and yet a smaller ratio: the original never finishes (Q11).
  @Test(arguments: PruneProfile.allCases) func aTargetBetweenTwoFloatsIsReached(_ profile: PruneProfile) throws {
    let target = (Float(40) / 54).nextUp
    var layers = tinyLayers(ratio: target)
    #expect(columnFamilies(of: layers)[1].groups(at: target) == 40)
    let controller = PhaseController(
      try settings { $0.profile = profile }, families: columnFamilies(of: layers), output: PruneOutput(write: { _ in }))
    func refresh(_ iteration: Int) {
      let family = columnFamilies(of: layers)[1]
      _ = controller.refreshed(1, family, layers[1].achieved, iteration: iteration)
    }
    for column in 0..<39 { layers[1].mask.mask(column: column) }
    layers[1].refreshRatio()
    refresh(6)
    #expect(controller.state.families[1].finishedAt == nil)
    layers[1].mask.mask(column: 39)
    layers[1].refreshRatio()
    #expect(columnFamilies(of: layers)[1].achieved < target)
    refresh(7)
    #expect(controller.state.families[1].finishedAt == (profile == .fixed ? 7 : nil))
  }

  @Test func zeroAccuracyIsACheckToo() {
    var plateau = Plateau()
    plateau.record(.init(accuracy: 0, iteration: 7))
    plateau.record(.init(accuracy: 0, iteration: 9))
    #expect(plateau.best == .init(accuracy: 0, iteration: 7))
  }

  @Test func aPeriodEndsAfterItsPatience() {
    let watch = CoursePhase.Watch(patience: 2, firstPeriodBonus: 1)
    var plateau = Plateau()
    var ends: [Int] = []
    for (index, accuracy) in ([0.5, 0.6, 0.6, 0.6, 0.6, 0.6, 0.5, 0.5, 0.5, 0.5] as [Float]).enumerated() {
      plateau.record(.init(accuracy: accuracy, iteration: index))
      if plateau.isExhausted(watch) {
        ends.append(index)
        plateau.decay()
        if plateau.isFinished { break }
        plateau.startPeriod()
      }
    }
    // The first period: best at 1, ends with the fourth check after it. The second: best 0.5 ends it all.
    #expect(ends == [5, 9])
    #expect(plateau.first == .init(accuracy: 0.6, iteration: 1))
    #expect(plateau.overall == .init(accuracy: 0.6, iteration: 1))
    #expect(plateau.isFinished)
    #expect(plateau.meanOfBest == 0.6)
  }

  private func expectEqual(_ got: [String], _ expected: [String]) {
    let difference = got.indices.first { !expected.indices.contains($0) || expected[$0] != got[$0] }
    if let difference {
      Issue.record(
        "line \(difference) is '\(got[difference])', not '\(difference < expected.count ? expected[difference] : "")'")
    }
    #expect(got.count == expected.count)
  }
}
