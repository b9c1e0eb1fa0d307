import CaffeProto
import Engine
import Layers
import Solver
import TestSupport
import Testing

@testable import IncRegSolver

/// Once no more is pruned, training computes without what is dead; it comes to the masked run's weights within rounding.
@Suite struct CompactTrainingTests {
  private func run(_ method: String, _ use: CompactUse) throws -> MethodRun {
    let regularization = method.hasPrefix("Reg") ? method : "L2"
    return try MethodRun(method, regularization, backend: DNNLBackend(algorithm: .direct, compact: use))
  }

  private func plans(_ run: MethodRun) -> [String] {
    run.solver.net.layers.filter { $0.described.type == "Convolution" }.compactMap(\.layer.plan)
  }

  @Test(arguments: ["OneShot_Col", "OneShot_Row"]) func comesToTheMaskedRun(_ method: String) throws {
    let (compact, masked) = (try run(method, .on), try run(method, .off))
    try compact.solver.solve()
    try masked.solver.solve()
    #expect(plans(compact).allSatisfy { $0.hasPrefix("compact") } && !plans(compact).isEmpty, "\(plans(compact))")
    #expect(plans(masked).allSatisfy { $0 == "direct" })
    for (got, expected) in zip(compact.learned, masked.learned) {
      let difference = mismatch(got, expected, within: 1e-3)
      #expect(difference == nil, "\(String(describing: difference))")
    }
    let hook = try #require(compact.solver.hook as? PruningRun<OneShot>)
    let other = try #require(masked.solver.hook as? PruningRun<OneShot>)
    #expect(hook.layers.map(\.mask) == other.layers.map(\.mask))
    for layer in hook.layers {
      let values = compact.weights(layer).plainData
      for (index, value) in values.enumerated() where value != 0 {
        let (row, column) = (index / layer.matrix.columns, index % layer.matrix.columns)
        #expect(layer.mask.matrix.factor(row: row, column: column) == 1)
      }
    }
  }

  @Test func resumesExactly() throws {
    let whole = try run("OneShot_Col", .on)
    try whole.solver.solve()
    for iteration in [40, 80] {
      let resumed = try run("OneShot_Col", .on)
      try resumed.solver.solve(resume: whole.scratch("snap_iter_\(iteration).solverstate"))
      #expect(resumed.learned == whole.learned, "resumed at \(iteration)")
    }
  }

  /// While groups fall, all gradients are computed.
  @Test func pruningComputesDensely() throws {
    let run = try run("Reg_Col", .on)
    try run.solver.step(20)
    let hook = try #require(run.solver.hook as? PruningRun<IncReg>)
    #expect(hook.phase == .prune && plans(run).allSatisfy { $0 == "direct" })
  }
}
