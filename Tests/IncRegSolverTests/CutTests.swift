import CaffeProto
import Engine
import NetModel
import Pruning
import TestSupport
import Testing

@testable import IncRegSolver

/// OneShot and OrthoReg. Expected numbers are those of the formulas in double precision, made with numpy.
@Suite struct CutTests {
  private func near(_ got: [Float], _ expected: [Float], _ tolerance: Float = 1e-6) -> Bool {
    isClose(got, expected, absolute: tolerance)
  }

  /// M = ((.6, .2, -.1), (.3, .9, .4)), strength 0.01.
  @Test func thePenaltyOfBothForms() {
    let matrix: [Float] = [0.6, 0.2, -0.1, 0.3, 0.9, 0.4]
    let rows = OrthoPenalty.gradient(matrix, rows: 2, columns: 3, byColumns: false)
    #expect(abs(rows.value * 0.01 - 0.0129) < 1e-7)
    #expect(near(rows.values.map { $0 * 0.01 }, [-0.006, 0.014, 0.01, 0.018, 0.022, 0.006]))
    let columns = OrthoPenalty.gradient(matrix, rows: 2, columns: 3, byColumns: true)
    #expect(abs(columns.value * 0.01 - 0.0311) < 1e-7)
    #expect(near(columns.values.map { $0 * 0.01 }, [-0.01, 0.006, 0.018, 0.02, -0.004, 0.016]))
  }

  private func rounds(_ count: Int, before: Int? = nil, iterations: Int = 300) throws -> CutRounds {
    let solver = SolverParameter.with {
      ($0.pruneMethod, $0.maxIter, $0.pruningParam.rounds) = ("OneShot", iterations, count)
      if let before { $0.pruningParam.itersBeforeCut = before }
    }
    return try CutRounds(solver, .init())
  }

  /// Of 0.6 in three rounds 1/3, 1/4 and 1/5 of what is left; of 0.5 in two 1/3 and 1/4.
  @Test func roundsTakeTheirShares() throws {
    for (ratio, parts) in [(0.6, [1 / 3, 1 / 4, 1 / 5]), (0.5, [1 / 3, 1 / 4])] as [(Double, [Double])] {
      let rounds = try rounds(parts.count, before: 40)
      var left = 1.0
      for (round, part) in parts.enumerated() {
        left *= 1 - part
        let cut = round * rounds.length + 40 - 1
        #expect(abs(rounds.share(of: ratio, at: cut) - (1 - left)) < 1e-12)
      }
      #expect(abs(left - (1 - ratio)) < 1e-12)
    }
    #expect(try rounds(1).share(of: 0.3, at: 0) == 0.3)
    let three = try rounds(3)
    #expect([0, 99, 199].map { three.share(of: 0.5, at: $0) } == [0.25, 0.4, 0.5])
  }

  @Test func stagesComeEvenly() throws {
    func ends(_ rounds: CutRounds) -> [Stage] {
      guard case .stages(let stages) = rounds.course else { return [] }
      return stages
    }
    #expect(
      ends(try rounds(1)) == [Stage(.prune, until: .iteration(0), then: .cutAndReset), Stage(.finalRetrain)])
    #expect(
      ends(try rounds(2))
        == [0, 150].map { Stage(.prune, until: .iteration($0), then: .cutAndReset) } + [Stage(.finalRetrain)])
    #expect(
      ends(try rounds(2, before: 60)) == [
        Stage(.prune, until: .iteration(60), then: .cutAndReset), Stage(.retrain, until: .iteration(150)),
        Stage(.prune, until: .iteration(210), then: .cutAndReset), Stage(.finalRetrain),
      ])
  }

  private static let names = ["OneShot_Row", "OneShot_Col", "OneShot_Weight", "OneShot_Input", "OrthoReg_Row"]

  private func run(_ name: String, _ change: (inout SolverParameter) -> Void = { _ in }) throws -> MethodRun {
    try MethodRun(name, "L2") {
      $0.snapshot = 0
      change(&$0)
    }
  }

  private func masked(_ run: MethodRun) throws -> [MaskSet] {
    let layers = (run.solver.hook as? PruningRun<OneShot>)?.layers ?? (run.solver.hook as? PruningRun<OrthoReg>)?.layers
    return try #require(layers).map(\.mask)
  }

  @Test func oneShotCutsBeforeTheFirstIteration() throws {
    let run = try run("OneShot_Row")
    let before = run.solver.net.parameters[0].blob.plainData
    try run.solver.step(0)
    let sums = (0..<6).map { row in before[row * 9..<row * 9 + 9].reduce(0) { $0 + abs($1) } }
    let weakest = Set((0..<6).sorted { sums[$0] < sums[$1] }.prefix(3))
    let masks = try masked(run)
    #expect(Set((0..<6).filter { masks[0].isMasked(row: $0) }) == weakest)
    try run.solver.step(120)
    #expect(try masked(run) == masks)
    let hook = try #require(run.solver.hook as? PruningRun<OneShot>)
    #expect(hook.phase == .finalRetrain && run.zeros(hook.layers[0], Rows()) == weakest)
  }

  /// All importances, both rankings: as many groups go; in one ranking not always as many of each layer.
  @Test(arguments: Importances.names.filter { $0 != "bn" })
  func everyImportanceCuts(_ importance: String) throws {
    for global in [false, true] {
      let run = try run("OneShot_Row") {
        ($0.pruningParam.importance, $0.pruningParam.globalRanking) = (importance, global)
        $0.pruningParam.scoreBatches = 2
      }
      try run.solver.step(0)
      let rows = try masked(run).map(\.maskedRows)
      #expect(rows.reduce(0, +) == 7 && rows[0] < 6 && rows[1] < 8, "\(importance): \(rows)")
      if !global { #expect(rows.prefix(2) == [3, 4]) }
    }
  }

  @Test func keptSharesStay() throws {
    let run = try run("OneShot_Row") {
      ($0.pruningParam.globalRanking, $0.pruningParam.keepShare) = (true, 0.5)
    }
    try run.solver.step(0)
    // 4 of 6 and 5 of 8 stay.
    #expect(try masked(run).map(\.maskedRows).prefix(2) == [2, 3])
  }

  /// The penalty acts until the cut only, and nothing decays meanwhile; the cut is behind two fifths.
  @Test func orthoRegPenalisesThenCuts() throws {
    let (weak, strong) = (try run("OrthoReg_Row") { $0.pruningParam.orthoStrength = 1e-9 }, try run("OrthoReg_Row"))
    func spread(_ run: MethodRun) -> Double {
      let blob = run.solver.net.parameters[2].blob
      return OrthoPenalty.gradient(blob.plainData, rows: 8, columns: 54, byColumns: false).value
    }
    for run in [weak, strong] { try run.solver.step(47) }
    #expect(spread(strong) < spread(weak))
    #expect(strong.solver.hook?.weightDecay(strong.solver, parameter: 0, strength: 0.1) == 0)
    #expect(try masked(strong).allSatisfy(\.isEmpty))
    try strong.solver.step(1)
    #expect(try masked(strong).map(\.maskedRows).reduce(0, +) == 7)
    #expect(strong.solver.hook?.weightDecay(strong.solver, parameter: 0, strength: 0.1) == 0.1)
    #expect(strong.solver.history.joined().allSatisfy { $0.plainData.allSatisfy { $0 == 0 } })
  }

  @Test(arguments: names + ["random", "apoz", "activation"].map { "OneShot_Row \($0)" })
  func resumedRunsAreTheUnbrokenOnes(_ name: String) throws {
    let parts = name.split(separator: " ").map(String.init)
    try MethodRun.checkResumption(at: [2, 22, 42, 64, 82, 110], parts[0], "L2") {
      ($0.snapshot, $0.pruningParam.rounds, $0.pruningParam.scoreBatches) = (2, 3, 3)
      if parts.count > 1 { $0.pruningParam.importance = parts[1] }
    }
  }

  @Test func settingsThatCannotWorkNameTheirField() {
    for (field, change) in [
      ("importance", { $0.importance = "L1" }), ("keep_share", { $0.keepShare = 2 }), ("rounds", { $0.rounds = 0 }),
      ("rounds", { $0.rounds = 51 }), ("iters_before_cut", { $0.itersBeforeCut = 101 }),
      ("iters_before_cut", { $0.itersBeforeCut = -1 }), ("score_batches", { $0.scoreBatches = 0 }),
      ("ortho_strength", { $0.orthoStrength = 0 }),
    ] as [(String, (inout PruningParameter) -> Void)] {
      let error = #expect(throws: IncRegError.self) {
        try method(OrthoReg.self, "OrthoReg") { change(&$0.pruningParam) } as OrthoReg
      }
      #expect(error?.description.hasPrefix("solver: pruning_param.\(field): ") == true)
    }
  }
}
