import CaffeProto
import Engine
import NetIO
import TestSupport
import Testing

@testable import Solver

/// NaN and infinity stop a run with the place they are at, and nothing of them is written.
@Suite struct FiniteNumberTests {
  private func failure(_ solver: Solver) throws -> String {
    let error = #expect(throws: SolverError.self) { try solver.solve() }
    guard case .notFinite = error else { return "another error: \(String(describing: error))" }
    return try #require(error).description
  }

  @Test func aLossThatIsNoNumberStopsTheRun() throws {
    let scratch = try TemporaryFolder()
    var parameter = try tinySolver("sgd/solver.prototxt", scratch)
    (parameter.baseLr, parameter.snapshot) = (1e30, 1)
    let text = try failure(makeSolver(parameter))
    #expect(text.contains("iteration ") && text.contains(" of layer '") && text.contains("--allow-nan"), "\(text)")
    // What was written is sound, and no claim on the name is left.
    for name in scratch.entries() where name.hasSuffix(".caffemodel") {
      for layer in try CaffeModel.read(scratch(name)).layers {
        #expect(layer.blobs.allSatisfy { $0.data.allSatisfy(\.isFinite) }, "\(name)")
      }
    }
    #expect(!scratch.entries().contains { $0.hasPrefix(".caffe-increg") })
  }

  @Test func aRunMayBeToldToGoOn() throws {
    let scratch = try TemporaryFolder()
    var parameter = try tinySolver("sgd/solver.prototxt", scratch)
    (parameter.baseLr, parameter.maxIter) = (1e30, 4)
    let solver = try makeSolver(parameter)
    solver.allowsNaN = true
    try solver.solve()
    #expect(solver.iteration == 4)
  }

  /// The loss need not tell: a rectifier may hide the weight.
  @Test(arguments: [Float.nan, .infinity, -.infinity]) func aWeightIsFoundBeforeASnapshot(_ value: Float) throws {
    let scratch = try TemporaryFolder()
    let solver = try makeSolver(try tinySolver("sgd/solver.prototxt", scratch))
    let good = try solver.snapshot()
    let before = try readBytes(good)
    let parameter = solver.net.parameters[1]
    var values = parameter.blob.plainData
    values[values.count - 1] = value
    parameter.blob.setPlainData(values)
    let error = #expect(throws: SolverError.self) { try solver.snapshot() }
    #expect(error?.description.contains("blob \(parameter.index) of layer '\(parameter.layer)'") == true)
    #expect(try readBytes(good) == before)
  }

  @Test func theMemoryOfUpdatesIsFoundToo() throws {
    let scratch = try TemporaryFolder()
    let solver = try makeSolver(try tinySolver("sgd/solver.prototxt", scratch))
    let blob = solver.history[0][0]
    blob.setPlainData(blob.plainData.map { _ in .nan })
    let error = #expect(throws: SolverError.self) { try solver.snapshot() }
    #expect(error?.description.contains("the update's memory for blob 0 of layer") == true)
  }

  /// Sums of large numbers are no infinity.
  @Test func largeNumbersAreNumbers() throws {
    let scratch = try TemporaryFolder()
    let solver = try makeSolver(try tinySolver("sgd/solver.prototxt", scratch))
    let blob = solver.net.parameters[0].blob
    blob.setPlainData(blob.plainData.map { _ in Float.greatestFiniteMagnitude })
    try solver.snapshot()
  }

  @Test func fieldsThatAreNoNumbersAreRefused() throws {
    let scratch = try TemporaryFolder()
    let changes: [(String, (inout SolverParameter) -> Void)] = [
      ("base_lr", { $0.baseLr = .nan }), ("base_lr", { $0.baseLr = -.infinity }), ("gamma", { $0.gamma = .nan }),
      ("power", { $0.power = .infinity }), ("weight_decay", { $0.weightDecay = .nan }), ("delta", { $0.delta = .nan }),
      ("momentum", { $0.momentum = 1.5 }), ("momentum", { $0.momentum = -0.1 }), ("momentum2", { $0.momentum2 = .nan }),
      ("clip_gradients", { $0.clipGradients = .nan }), ("rms_decay", { $0.rmsDecay = .nan }),
    ]
    for (field, change) in changes {
      var parameter = try tinySolver("sgd/solver.prototxt", scratch)
      change(&parameter)
      let error = #expect(throws: SolverError.self) { try makeSolver(parameter) }
      #expect(error?.description.hasPrefix("solver: \(field): must be ") == true, "\(String(describing: error))")
    }
  }

  @Test func clippingNeedsANorm() throws {
    let scratch = try TemporaryFolder()
    var parameter = try tinySolver("sgd/solver.prototxt", scratch)
    parameter.clipGradients = 1
    let solver = try makeSolver(parameter)
    solver.net.parameters[0].blob.mutableDiff.fill(.nan)
    let error = #expect(throws: SolverError.self) { try solver.applyUpdate() }
    #expect(error?.description.contains("the gradient of blob 0 of layer '") == true)
  }

  @Test func twoRunsWithOnePrefixAreRefused() throws {
    let scratch = try TemporaryFolder()
    let solver = try makeSolver(try tinySolver("sgd/solver.prototxt", scratch))
    let lock = try FileLock(on: solver.parameter.snapshotPrefix)
    #expect(lock != nil)
    let error = #expect(throws: SolverError.self) { try solver.solve() }
    #expect(error?.description.hasPrefix("solver: snapshot_prefix: another run") == true)
    withExtendedLifetime(lock) {}
  }

  /// Numbers in states with which sums would overflow, or loops not end.
  @Test func statesOutOfRangeAreRefused() throws {
    let scratch = try TemporaryFolder()
    let parameter = try tinySolver("sgd/solver.prototxt", scratch)
    let path = try makeSolver(parameter).snapshot()
    let changes: [(inout SolverState) -> Void] = [
      { $0.iter = -1 }, { $0.currentStep = -5 }, { $0.position.random = [1] },
      { state in for index in state.position.source.indices { state.position.source[index].records = .max } },
      { state in for index in state.position.source.indices { state.position.source[index].records = -1 } },
      { state in for index in state.position.source.indices { state.position.source[index].random = [1, 2, 3] } },
      { $0.position.optimiserReset = Int(Int32.max) }, { $0.position.slots = [7] },
    ]
    for (index, change) in changes.enumerated() {
      var state = try SolverStateFile.read(path)
      change(&state)
      let changed = scratch("changed.solverstate")
      try SolverStateFile.write(state, to: changed)
      #expect(throws: SolverError.self, "\(index)") { try makeSolver(parameter).restore(changed) }
    }
  }
}
