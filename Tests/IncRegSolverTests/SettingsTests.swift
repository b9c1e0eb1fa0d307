import CaffeProto
import Engine
import Foundation
import NetModel
import Solver
import Testing

@testable import IncRegSolver

@Suite struct SettingsTests {
  private func parameter(_ change: (inout SolverParameter) -> Void) -> SolverParameter {
    .with {
      $0.pruneMethod = "Reg_Col"
      $0.regularizationType = "Reg_Col"
      $0.aa = 0.00025
      $0.targetReg = 0.05
      change(&$0)
    }
  }

  @Test func noneIsNoHook() throws { #expect(try PruningMethods.hook(for: SolverParameter()) == nil) }

  @Test(arguments: [
    ("Reg_Col", "Reg_Col"), ("Reg-rank_Col", "Reg_Col"), ("Reg_Row", "Reg_Row"), ("RegSpa_Col", "RegSpa_Col"),
    ("Reg_Col", "RegSpa_Col"),
  ])
  func methodsByName(_ method: String, _ regularization: String) throws {
    let hook = try PruningMethods.hook(
      for: parameter {
        $0.pruneMethod = method
        $0.regularizationType = regularization
      })
    #expect(hook is PruningRun<IncReg>)
  }

  @Test func unknownMethodsAreNamedWithWhatThereIs() {
    let error = #expect(throws: IncRegError.self) {
      try PruningMethods.hook(for: parameter { $0.pruneMethod = "Reg" })
    }
    #expect(
      error?.description
        == "solver: prune_method: unknown method 'Reg'; there are None, \(PruningMethods.names.joined(separator: ", "))"
    )
  }

  /// A solver that cannot work, and the field to be named.
  struct Fault: Sendable, CustomTestStringConvertible {
    let field: String
    let change: @Sendable (inout SolverParameter) -> Void
    var testDescription: String { field }

    init(_ field: String, _ change: @escaping @Sendable (inout SolverParameter) -> Void) {
      self.field = field
      self.change = change
    }
  }

  @Test(arguments: [
    Fault("regularization_type") { $0.regularizationType = "L2" },
    Fault("regularization_type") { $0.regularizationType = "Reg_Row" },
    Fault("AA") { $0.aa = 0 }, Fault("AA") { $0.aa = .nan }, Fault("target_reg") { $0.targetReg = 0 },
    Fault("speedup") { $0.speedup = 0 }, Fault("baseline_acc") { $0.accBorderline = 0.9 },
    Fault("baseline_acc") { $0.accBorderline = .nan }, Fault("retrain_test_interval") { $0.retrainTestInterval = -1 },
    Fault("losseval_interval") { $0.lossevalInterval = -1 }, Fault("iter_size_prune") { $0.iterSizePrune = 0 },
    Fault("iter_size_retrain") { $0.iterSizeRetrain = 0 }, Fault("iter_size_losseval") { $0.iterSizeLosseval = 0 },
    Fault("iter_size_final_retrain") { $0.iterSizeFinalRetrain = 0 },
  ])
  func settingsThatCannotWorkNameTheirField(_ fault: Fault) {
    let error = #expect(throws: IncRegError.self) { try PruningMethods.hook(for: parameter(fault.change)) }
    #expect(error?.description.hasPrefix("solver: \(fault.field): ") == true, "\(error?.description ?? "no error")")
  }

  /// Without a floor for the accuracy all phases after the first accumulate as the final one.
  @Test func accumulationDependsOnTheMode() throws {
    func settings(_ borderline: Float) throws -> IncRegSettings {
      try IncRegSettings(
        parameter {
          ($0.iterSizePrune, $0.iterSizeLosseval, $0.iterSizeRetrain, $0.iterSizeFinalRetrain) = (1, 2, 3, 8)
          ($0.accBorderline, $0.baselineAcc) = (borderline, 1)
        })
    }
    #expect(try settings(0.9).accumulation == [.prune: 1, .settle: 2, .retrain: 3, .finalRetrain: 8])
    #expect(try settings(-1).accumulation == [.prune: 1, .settle: 8, .retrain: 8, .finalRetrain: 8])
  }

  @Test func retrainingNeedsAnAccuracy() throws {
    let run = try GoldenRun("tiny-a-regcol") { $0.retrainTestInterval = 10 }
    let error = #expect(throws: IncRegError.self) { try run.solver.solve() }
    #expect(error == .noAccuracy(outputs: []))
  }

  @Test(
    arguments: [
      (1.5, "'conv1': prune_param.prune_ratio"), (-0.1, "'conv1': prune_param.prune_ratio"), (0, "prune_method"),
    ] as [(Float, String)])
  func ratiosAreFractions(_ ratio: Float, _ place: String) throws {
    let run = try GoldenRun("tiny-a-regcol") {
      for index in $0.netParam.layer.indices { $0.netParam.layer[index].pruneParam.pruneRatio = 0 }
      $0.netParam.layer[2].pruneParam.pruneRatio = ratio
    }
    let error = #expect(throws: IncRegError.self) { try run.solver.solve() }
    #expect(error?.description.contains(place) == true, "\(error?.description ?? "no error")")
  }

  @Test func ratiosAreNumbers() throws {
    let error = #expect(throws: NetError.self) {
      try GoldenRun("tiny-a-regcol") { $0.netParam.layer[2].pruneParam.pruneRatio = .nan }.solver.solve()
    }
    #expect(
      error?.description.contains("'conv1' (Convolution): prune_param.prune_ratio: is NaN") == true,
      "\(String(describing: error))")
  }

  @Test func whatCannotBePrunedSaysSo() throws {
    let run = try GoldenRun("tiny-a-regcol") { $0.netParam.layer[3].pruneParam.pruneRatio = 0.5 }
    let error = #expect(throws: IncRegError.self) { try run.solver.solve() }
    #expect(error?.description.contains("layer 'relu1': prune_param.prune_ratio") == true)
  }

  @Test func onlyMilestonesWhereDetailsAreNotWanted() throws {
    var lines: [String] = []
    let output = PruneOutput(onlyApp: true, stamp: { "" }, write: { lines.append($0) })
    output.app(" Training starts")
    output.detail("reduce reg")
    #expect(lines == ["[app] Training starts"])
    #expect(PruneOutput.now().contains(/^ \(\d{4}\/\d\d\/\d\d-\d\d:\d\d\)$/))
  }

  /// The penalty does not depend on weight decay, unless the original is followed in this.
  @Test(arguments: PruneProfile.allCases, [0, 0.0005] as [Float])
  func weightsThatDoNotDecay(_ profile: PruneProfile, _ decay: Float) throws {
    let run = try GoldenRun("tiny-i-decaymult0", profile: profile) {
      ($0.weightDecay, $0.maxIter) = (decay, 120)
    }
    try run.solver.solve()
    let pruned = try #require(run.recorder.method).layers.map(\.mask.maskedColumns)
    #expect(pruned[0] == (profile == .fixed ? 5 : 0))
    #expect(pruned[1] == (profile == .fixed || decay > 0 ? 27 : 0))
  }

  /// What is 0 when weights are adopted counts as pruned, and a layer that has its ratio is finished at once.
  @Test func aPrunedModelStaysPruned() throws {
    let run = try GoldenRun("tiny-a-regcol") { $0.maxIter = 3 }
    let weights = run.solver.net.parameters[0].blob
    var values = weights.plainData
    for column in 0..<5 { for row in 0..<6 { values[row * 9 + column] = 0 } }
    weights.setPlainData(values)
    try run.solver.solve()
    #expect(run.lines.contains { $0.hasPrefix("conv1 prune finished!  step: 1 ") })
    #expect(run.recorder.method?.layers[0].mask.maskedColumns == 5)
    let after = weights.plainData
    for column in 0..<5 { #expect((0..<6).allSatisfy { after[$0 * 9 + column] == 0 }) }
    #expect(after.filter { $0 == 0 }.count == 30)
  }
}
