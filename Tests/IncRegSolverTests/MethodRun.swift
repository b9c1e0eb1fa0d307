import CaffeProto
import Engine
import Layers
import Pruning
import Solver
import Testing
import TestSupport

@testable import IncRegSolver

/// A run of some method on the tiny net of golden tiny-a: 120 iterations, of which 40 are a round of the data.
struct MethodRun {
  let solver: Solver
  let scratch: TemporaryFolder

  init(
    _ method: String, _ regularization: String, golden: String = "tiny-a-regcol",
    backend: any Backend = ReferenceBackend(), output: PruneOutput = PruneOutput(write: { _ in }),
    change: (inout SolverParameter) -> Void = { _ in }
  ) throws {
    scratch = try TemporaryFolder()
    var parameter = try GoldenRun.parameter(golden, scratch)
    (parameter.pruneMethod, parameter.regularizationType) = (method, regularization)
    (parameter.snapshot, parameter.randomSeed) = (40, 7)
    change(&parameter)
    let hook = try #require(try PruningMethods.hook(for: parameter, output: output))
    solver = try Solver(parameter, registry: .caffe, backend: backend, hook: hook, log: .silent)
  }

  /// All that the run has learned.
  var learned: [[Float]] {
    solver.net.parameters.map(\.blob.plainData) + solver.history.flatMap { $0.map(\.plainData) }
  }

  /// The weight of a layer.
  func weights(_ layer: PrunableLayer) -> Blob { solver.net.parameters[layer.parameter].blob }

  /// The columns or rows of a layer that are all zero.
  func zeros(_ layer: PrunableLayer, _ structure: any Structure) -> Set<Int> {
    let weight = FilterWeight(layer: 0, shape: layer.shape, filterAxis: 0, blocks: layer.matrix.blocks)
    let family = structure.divide(solver.net.description, weights: [weight]).families[0]
    let values = weights(layer).plainData
    var isZero = [Bool](repeating: true, count: family.count)
    for row in 0..<layer.matrix.rows {
      for column in 0..<layer.matrix.columns where values[row * layer.matrix.columns + column] != 0 {
        if let group = family.members[0].group(row: row, column: column) { isZero[group] = false }
      }
    }
    return Set(isZero.indices.filter { isZero[$0] })
  }

  /// Fails unless a run resumed at each of `iterations` ends as the unbroken one.
  static func checkResumption(
    at iterations: [Int] = [40, 80], _ method: String, _ regularization: String,
    format: SolverParameter.SnapshotFormat = .binaryproto, change: (inout SolverParameter) -> Void = { _ in }
  ) throws {
    let complete: (inout SolverParameter) -> Void = {
      change(&$0)
      $0.snapshotFormat = format
    }
    let whole = try MethodRun(method, regularization, change: complete)
    try whole.solver.solve()
    let ending = format == .hdf5 ? ".solverstate.h5" : ".solverstate"
    for iteration in iterations {
      let resumed = try MethodRun(method, regularization, change: complete)
      try resumed.solver.solve(resume: whole.scratch("snap_iter_\(iteration)\(ending)"))
      #expect(resumed.solver.iteration == whole.solver.iteration)
      #expect(resumed.learned == whole.learned, "resumed at \(iteration)")
    }
  }
}
