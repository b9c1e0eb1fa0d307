import Solver
import Testing
import TestSupport

@testable import IncRegSolver

/// Where nobody looks at gradients, parameters are updated while others' gradients are still to come: with the same
/// result, to the last bit.
@Suite struct EarlyUpdateTests {
  @Test(arguments: ["tiny-a-regcol", "tiny-b-regrow", "tiny-d-regcol-bn-residual", "tiny-j-regcol-fc"])
  func quietRunsLearnTheSame(_ golden: String) throws {
    let kind = golden.contains("regrow") ? "Reg_Row" : "Reg_Col"
    func run(quiet: Bool) throws -> (run: MethodRun, app: [String]) {
      let lines = Lines()
      let output = PruneOutput(onlyApp: quiet, stamp: { "" }) { if $0.hasPrefix("[app]") { lines.add($0) } }
      let run = try MethodRun(kind, kind, golden: golden, output: output)
      try run.solver.solve()
      return (run, lines.all)
    }
    let (quiet, full) = (try run(quiet: true), try run(quiet: false))
    #expect(quiet.run.solver.updatesEarly && !full.run.solver.updatesEarly)
    #expect(quiet.run.learned == full.run.learned)
    #expect(!quiet.app.isEmpty && quiet.app == full.app)
  }

  @Test func clippingAndAccumulationWait() throws {
    let quiet = PruneOutput(onlyApp: true, write: { _ in })
    let clipping = try MethodRun("Reg_Col", "Reg_Col", output: quiet) { $0.clipGradients = 1 }
    #expect(!clipping.solver.updatesEarly)
    let accumulating = try MethodRun("Reg_Col", "Reg_Col", output: quiet) { $0.iterSizePrune = 2 }
    #expect(!accumulating.solver.updatesEarly)
    let others = try MethodRun("AFP_Col", "AFP_Col", output: quiet)
    #expect(!others.solver.updatesEarly)
  }
}
