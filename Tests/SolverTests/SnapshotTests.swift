import CaffeProto
import Engine
import Foundation
import NetIO
import Testing
import TestSupport

@testable import Solver

@Suite struct SnapshotTests {
  /// States know where the data stands, so the snapshot may be taken in the middle of an epoch.
  @Test(arguments: ["sgd", "adam"], [SolverParameter.SnapshotFormat.binaryproto, .hdf5])
  func aResumedRunEqualsAnUnbrokenOne(_ rule: String, _ format: SolverParameter.SnapshotFormat) throws {
    let scratch = try TemporaryFolder()
    var parameter = try tinySolver(rule + "/solver.prototxt", scratch)
    parameter.snapshotFormat = format
    let (taken, ending) = (30, format == .hdf5 ? ".h5" : "")
    parameter.snapshot = taken
    parameter.maxIter = 50
    let unbroken = try makeSolver(parameter)
    try unbroken.solve()
    #expect(
      scratch.entries() == [
        "final_iter_\(taken).caffemodel\(ending)", "final_iter_\(taken).solverstate\(ending)",
        "final_iter_50.caffemodel\(ending)",
        "final_iter_50.solverstate\(ending)", "train.txt",
      ])
    parameter.weights = []
    let resumed = try makeSolver(parameter)
    try resumed.solve(resume: scratch("final_iter_\(taken).solverstate\(ending)"))
    #expect(resumed.iteration == 50)
    #expect(resumed.currentStep == unbroken.currentStep)
    #expect(weights(resumed.net) == weights(unbroken.net))
    #expect(resumed.history.map { $0.map(\.plainData) } == unbroken.history.map { $0.map(\.plainData) })
  }

  @Test func restoresTheOriginalProgramsState() throws {
    let scratch = try TemporaryFolder()
    let solver = try makeSolver(tinySolver("sgd/solver.prototxt", scratch))
    // Its learned_net names a file beside it.
    try solver.restore(golden + "/sgd/final_iter_60.solverstate")
    #expect(solver.iteration == 60)
    #expect(solver.currentStep == 3)
    let trace = try HDF5File(reading: golden + "/sgd/dump.h5")
    for index in solver.net.parameters.indices {
      let last = solver.history[index][0].count
      #expect(solver.history[index][0].plainData == Array(try trace.dataset("/history_\(index)").values.suffix(last)))
      #expect(weights(solver.net)[index] == Array(try trace.dataset("/weight_\(index)").values.suffix(last)))
    }
  }

  @Test func tagsComeBehindThePrefix() throws {
    let scratch = try TemporaryFolder()
    let solver = try makeSolver(tinySolver("sgd/solver.prototxt", scratch))
    let path = try solver.snapshot(tag: "_stage0-retrain")
    #expect(path == scratch("final_stage0-retrain_iter_0.solverstate"))
    #expect(scratch.entries().contains("final_stage0-retrain_iter_0.caffemodel"))
  }

  @Test func refusesTheStateOfAnotherRule() throws {
    let scratch = try TemporaryFolder()
    let path = try makeSolver(tinySolver("sgd/solver.prototxt", scratch)).snapshot()
    let solver = try makeSolver(tinySolver("adam/solver.prototxt", scratch))
    let error = #expect(throws: SolverError.self) { try solver.restore(path) }
    #expect(
      error?.description
        == "cannot restore '\(path)': has 6 history blobs; Adam with 6 parameters needs 12")
    #expect(solver.iteration == 0)
  }

  /// Before anything is read, also where there is only one snapshot, at the end.
  @Test(arguments: [0, 10]) func namesTheMissingFolder(_ interval: Int) throws {
    let scratch = try TemporaryFolder()
    var parameter = try tinySolver("sgd/solver.prototxt", scratch)
    parameter.snapshot = interval
    parameter.net = scratch("none.prototxt")
    parameter.snapshotPrefix = scratch("none/final")
    let error = #expect(throws: SolverError.self) { try makeSolver(parameter) }
    #expect(error?.description.contains("snapshot_prefix") == true)
  }

  @Test func requestsAreAnswered() throws {
    let scratch = try TemporaryFolder()
    let solver = try makeSolver(tinySolver("sgd/solver.prototxt", scratch))
    var requests: [SolverAction] = [.none, .snapshot, .stop]
    solver.requestedAction = { requests.isEmpty ? .none : requests.removeFirst() }
    try solver.solve()
    #expect(solver.stopRequested)
    #expect(solver.iteration == 3)
    #expect(
      scratch.entries().filter { $0.hasSuffix(".solverstate") } == [
        "final_iter_2.solverstate", "final_iter_3.solverstate",
      ])
  }
}
