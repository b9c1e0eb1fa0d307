import Base
import CaffeProto
import Solver
import Testing
import TestSupport

@testable import IncRegSolver

@Suite struct PlanTests {
  /// The plan of golden tiny-a, changed.
  private func plan(
    _ name: String = "tiny-a-regcol", profile: PruneProfile = .fixed,
    change: (inout SolverParameter) -> Void = { _ in }
  ) throws -> RunPlan {
    let run = try GoldenRun(name, profile: profile, change: change)
    let method = try #require(run.recorder.method)
    try method.adoptWeights(run.solver)
    return method.plan(run.solver)
  }

  /// 0.2 * 2.45204 is 0.490407, for which 0.02 must be added 25 times; conv1 has 9 columns, conv2 54.
  @Test func saysWhatWillHappen() throws {
    let lines = try plan().lines
    #expect(
      lines == [
        "Reg_Col, looking for the best accuracy at the given ratios (acc_borderline -1), in one stage",
        "layer 'conv1': 9 columns, 5 to prune (prune_ratio 0.5)",
        "layer 'conv2': 54 columns, 27 to prune (prune_ratio 0.5)",
        "penalties grow by at most AA = 0.02 an iteration (centre-symmetric); a group falls at 0.490407, 2.45204 times target_reg",
        "the first group can fall in iteration 24",
        "learning rate: the one that lr_policy 'fixed' gives in the first update (base_lr 0.01) holds; retraining divides it by 10 where accuracy does not rise any more",
        "passes per update: prune 1, losseval 1, retrain 1, final_retrain 1",
        "after pruning: 20 iterations of settling, then retraining without checks",
      ])
  }

  /// The plan's iteration is the one of the run, one later or more where ranks change.
  @Test func theFirstGroupFallsNoSooner() throws {
    let run = try GoldenRun("tiny-a-regcol") { $0.maxIter = 40 }
    try run.solver.solve()
    let steps = (run.recorder.method?.families ?? []).flatMap(\.state.prunedAt).compactMap { $0 }
    #expect(try #require(steps.min()) - 1 == 24)
  }

  @Test func aFloorForTheAccuracyMeansStages() throws {
    let plan = try plan {
      ($0.accBorderline, $0.baselineAcc) = (0.9, 0.95)
      $0.netParam.layer[2].pruneParam.pruneRatioStep = 0.5
    }
    #expect(plan.lines[0].hasPrefix("Reg_Col, looking for the sparsity that keeps the accuracy at 0.9"))
    #expect(
      plan.lines.contains("layer 'conv1': 9 columns, 5 to prune (prune_ratio 0.5), 2 of them in this stage (0.2)"))
    #expect(plan.warnings.contains { $0.hasPrefix("layer 'conv2': prune_param.prune_ratio_step: 0;") })
    #expect(
      plan.warnings.contains {
        $0.hasPrefix("retrain_test_interval: 0;") && $0.hasSuffix("no second stage ever begins")
      })
  }

  /// A change of the solver, and how the warning begins that it must give.
  struct Oddity: Sendable, CustomTestStringConvertible {
    let warning: String
    let change: @Sendable (inout SolverParameter) -> Void
    var testDescription: String { warning }
  }

  @Test(arguments: [
    Oddity(warning: "retrain_test_interval: 0;") { $0.retrainTestInterval = 0 },
    Oddity(warning: "losseval_interval: 0;") { $0.lossevalInterval = 0 },
    Oddity(warning: "weight_decay: 0;") { $0.weightDecay = 0 },
    Oddity(warning: "lr_policy: 'inv'") { $0.lrPolicy = "inv" },
    Oddity(warning: "max_iter: 24 ends") { $0.maxIter = 24 },
    Oddity(warning: "target_reg: 100 gives the largest") { $0.targetReg = 100 },
    Oddity(warning: "AA: steps of 1e-12 are lost") { $0.aa = 1e-12 },
    Oddity(warning: "acc_borderline: 90; accuracies are fractions") { ($0.accBorderline, $0.baselineAcc) = (90, 95) },
    Oddity(warning: "speedup: 1 is reached before") { $0.speedup = 1 },
    Oddity(warning: "compRatio: means nothing to 'Reg_Col'") { $0.compRatio = 3 },
    Oddity(warning: "prune_param.prune_ratio: not set in 'ip',") { _ in },
    Oddity(warning: "layer 'conv1': prune_param.prune_ratio: 0.9 of 9 columns are all") {
      $0.netParam.layer[2].pruneParam.pruneRatio = 0.9
    },
  ])
  func warnsOfWhatCannotWork(_ oddity: Oddity) throws {
    #expect(try plan(change: oddity.change).warnings.contains { $0.hasPrefix(oddity.warning) })
    guard
      oddity.warning.contains("24") || oddity.warning.contains("speedup") || oddity.warning.contains("100")
        || oddity.warning.contains("inv")
    else {
      return
    }
    #expect(try !plan().warnings.contains { $0.hasPrefix(oddity.warning) })
  }

  @Test func saysWhatBecomesOfWeightsThatDoNotDecay() throws {
    let name = "tiny-i-decaymult0"
    #expect(
      try plan(name).warnings.contains {
        $0.hasPrefix("param.decay_mult: 0 in 'conv1'; 'conv1' will be pruned all the same")
      })
    #expect(
      try plan(name, profile: .reference).warnings.contains {
        $0.hasSuffix("in the profile 'reference' 'conv1' will never be pruned")
      })
  }

  @Test func stepsAreAddedAsTheRunAddsThem() {
    #expect(Ceiling.steps(from: 0, by: 0.25, to: 1) == 4)
    #expect(Ceiling.steps(from: 0.5, by: 0.25, to: 1) == 2)
    #expect(Ceiling.steps(from: 3, by: 0.25, to: 1) == 1)
    // LeNet-5 as shipped: research on the original says 491.
    #expect(Ceiling.steps(from: 0, by: 0.00025, to: Ceiling.value(targetReg: 0.05, increment: 0.2)) == 491)
    #expect(Ceiling.steps(from: 1, by: 1e-8, to: 2) == nil)
  }

  @Test func theLogHasThePlanBeforeTheFirstIteration() throws {
    let written = Lines()
    let run = try GoldenRun("tiny-a-regcol", log: RunLog { written.add($0) }) {
      $0.maxIter = 1
    }
    try run.solver.solve()
    let lines = written.all
    let last = try #require(lines.lastIndex { $0.contains("Pruning plan: ") })
    let first = try #require(lines.firstIndex { $0.contains("Iteration 0") })
    #expect(last < first)
    #expect(lines.contains { $0.hasPrefix("W") && $0.contains("Pruning plan: retrain_test_interval: 0;") })
    #expect(!run.lines.contains { $0.contains("Pruning plan") })
  }
}
