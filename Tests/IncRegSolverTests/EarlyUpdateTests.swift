import Solver
import Testing
import TestSupport

@testable import IncRegSolver

/// Where nobody looks at gradients, parameters are updated while others' gradients are still to come: with the same
/// result, to the last bit.
@Suite struct EarlyUpdateTests {
  /// How much is printed does not decide how the run computes; that the norm of gradients is asked for does.
  @Test(arguments: [
    ("tiny-a-regcol", "Reg_Col"), ("tiny-b-regrow", "Reg_Row"), ("tiny-d-regcol-bn-residual", "Reg_Col"),
    ("tiny-j-regcol-fc", "Reg_Col"), ("tiny-a-regcol", "AFP_Col"),
  ])
  func earlyRunsLearnTheSame(_ golden: String, _ method: String) throws {
    func run(early: Bool, quiet: Bool) throws -> (run: MethodRun, lines: [String]) {
      let lines = Lines()
      let output = PruneOutput(onlyApp: quiet, stamp: { "" }) { lines.add($0) }
      // No gradient is as long as that.
      let run = try MethodRun(method, method, golden: golden, output: output) {
        $0.aa = method == "AFP_Col" ? 0.001 : $0.aa
        if !early { $0.clipGradients = 1e30 }
      }
      try run.solver.solve()
      #expect(run.solver.updatesEarly == early)
      return (run, lines.all)
    }
    let (early, late) = (try run(early: true, quiet: false), try run(early: false, quiet: false))
    #expect(early.run.learned == late.run.learned)
    #expect(early.lines.count == late.lines.count && !early.lines.isEmpty)
    for (one, other) in zip(early.lines, late.lines) { try #require(one == other) }
    let quiet = try run(early: true, quiet: true)
    #expect(quiet.run.learned == early.run.learned)
    #expect(quiet.lines == early.lines.filter { $0.hasPrefix("[app]") })
  }

  @Test func clippingAndAccumulationWait() throws {
    let quiet = PruneOutput(onlyApp: true, write: { _ in })
    let clipping = try MethodRun("Reg_Col", "Reg_Col", output: quiet) { $0.clipGradients = 1 }
    #expect(!clipping.solver.updatesEarly)
    let accumulating = try MethodRun("Reg_Col", "Reg_Col", output: quiet) { $0.iterSizePrune = 2 }
    #expect(!accumulating.solver.updatesEarly)
    let hiding = try MethodRun("PP_Col", "L2", output: quiet)
    #expect(!hiding.solver.updatesEarly)
  }
}
