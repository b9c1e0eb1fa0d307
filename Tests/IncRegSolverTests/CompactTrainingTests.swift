import CaffeProto
import Engine
import Layers
import Solver
import TestSupport
import Testing

@testable import IncRegSolver

/// Once no more is pruned, training computes without what is dead; it comes to the masked run's weights within rounding.
@Suite struct CompactTrainingTests {
  private func run(_ method: String, _ use: CompactUse, change: (inout SolverParameter) -> Void = { _ in }) throws
    -> MethodRun
  {
    let regularization = ["Reg", "AFP"].contains { method.hasPrefix($0) } ? method : "L2"
    return try MethodRun(
      method, regularization, backend: DNNLBackend(algorithm: .direct, compact: use), change: change)
  }

  private func plans(_ run: MethodRun) -> [String] {
    run.solver.net.layers.filter { $0.described.type == "Convolution" }.compactMap(\.layer.plan)
  }

  private static let methods = [
    "OneShot_Col", "OneShot_Row", "Reg_Col", "Reg_TileCol", "GReg-1_Row", "AFP_Col", "PP_Col",
  ]

  @Test(arguments: methods) func comesToTheMaskedRun(_ method: String) throws {
    // All that is to go has gone before the run ends.
    let change: (inout SolverParameter) -> Void = {
      if method == "PP_Col" { ($0.aa, $0.pruneInterval) = (0.2, 1) }
    }
    let (compact, masked) = (try run(method, .on, change: change), try run(method, .off, change: change))
    try compact.solver.solve()
    try masked.solver.solve()
    #expect(plans(compact).allSatisfy { $0.hasPrefix("compact") } && !plans(compact).isEmpty, "\(plans(compact))")
    #expect(plans(masked).allSatisfy { $0 == "direct" })
    for (got, expected) in zip(compact.learned, masked.learned) {
      // Kernels that leave out what is masked add up in another order; those of AVX2 make a little more of it.
      let difference = mismatch(got, expected, within: DNNLBackend.hasWideVectors ? 1e-4 : 2e-4)
      #expect(difference == nil, "\(String(describing: difference))")
      // What is masked is zero in both, and nothing else is.
      #expect(got.map { $0 == 0 } == expected.map { $0 == 0 })
    }
  }

  /// Weights and what the update remembers of them, until somebody asks for them in the order of their axes. Six filters
  /// would take the room of 16.
  @Test(arguments: ["OneShot_Col", "Reg_TileCol"]) func whatIsTrainedLiesPacked(_ method: String) throws {
    let run = try run(method, .on)
    try run.solver.step(119)
    for (parameter, history) in zip(run.solver.net.parameters, run.solver.history)
    where parameter.blob.shape.rank == 4 {
      for blob in [parameter.blob] + history {
        #expect((blob.dataTiles?.holdsOnlyLive == true) == (parameter.layer == "conv2"), "\(parameter.layer)")
        let values = blob.plainData
        #expect(blob.data.elementsEqual(values) && blob.dataTiles == nil && values.contains { $0 != 0 })
      }
    }
  }

  /// What scores by gradients asks for all of them, and those of dead weights are zero.
  @Test(arguments: ["OneShot_Col", "Reg_TileCol"]) func gradientsOfWhatLiesPackedAreWhole(_ method: String) throws {
    let (compact, masked) = (try run(method, .on), try run(method, .off))
    for each in [compact, masked] { try each.solver.step(119) }
    let learned = compact.solver.net.parameters
    #expect(learned.contains { $0.blob.dataTiles?.holdsOnlyLive == true })
    func gradients(_ run: MethodRun) throws -> [[Float]] { try run.solver.gradients(batches: 2, statistics: .running) }
    for (parameter, (got, all)) in zip(learned, zip(try gradients(compact), try gradients(masked)))
    where parameter.blob.shape.rank == 4 {
      let expected = zip(all, parameter.blob.plainData).map { $1 == 0 ? 0 : $0 }
      let isPruned = expected.contains(0)
      let difference = mismatch(isPruned ? got : zip(got, expected).map { $1 == 0 ? 0 : $0 }, expected, within: 1e-3)
      #expect(difference == nil, "\(parameter.layer): \(String(describing: difference))")
      #expect(got.contains { $0 != 0 })
    }
  }

  /// Of its periodic snapshots IncReg keeps the newest, so that each run writes one.
  @Test(arguments: ["OneShot_Col", "Reg_Col", "Reg_TileCol", "GReg-1_Row"], [40, 80])
  func resumesExactly(_ method: String, _ iteration: Int) throws {
    let change: (inout SolverParameter) -> Void = {
      Self.unequal(&$0)
      ($0.snapshot, $0.snapshotAfterTrain, $0.maxIter) = (iteration, false, 2 * iteration - 1)
    }
    let whole = try run(method, .on, change: change)
    try whole.solver.solve()
    let resumed = try run(method, .on, change: change)
    try resumed.solver.solve(resume: whole.scratch("snap_iter_\(iteration).solverstate"))
    #expect(resumed.learned == whole.learned)
    #expect(plans(resumed) == plans(whole))
  }

  /// The first convolution has less to lose, and is done before the second.
  private static func unequal(_ parameter: inout SolverParameter) {
    for index in parameter.netParam.layer.indices where parameter.netParam.layer[index].name == "conv1" {
      parameter.netParam.layer[index].pruneParam.pruneRatio = 0.25
    }
  }

  /// While groups fall, all gradients are computed.
  @Test func pruningComputesDensely() throws {
    let run = try run("Reg_Col", .on)
    try run.solver.step(20)
    let hook = try #require(run.solver.hook as? PruningRun<IncReg>)
    #expect(hook.phase == .prune && plans(run).allSatisfy { $0 == "direct" })
  }

  /// A layer that has reached its target does not wait for the others.
  @Test(arguments: CompactUse.allCases) func aSettledLayerIsCompact(_ use: CompactUse) throws {
    let run = try run("Reg_Col", use) { Self.unequal(&$0) }
    let hook = try #require(run.solver.hook as? PruningRun<IncReg>)
    var seen: Set<String> = []
    while run.solver.iteration < 120 {
      try run.solver.step(1)
      let kinds = plans(run).map { $0.hasPrefix("compact") ? "compact" : $0 }.joined(separator: ", ")
      seen.insert("\(hook.phase?.rawValue ?? ""): \(kinds)")
    }
    #expect(seen.contains("prune: compact, direct") == (use != .off), "\(seen)")
    #expect(use != .off || seen.allSatisfy { !$0.contains("compact") }, "\(seen)")
  }
}
