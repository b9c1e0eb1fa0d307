import CaffeProto
import Engine
import Foundation
import Layers
import NetIO
import NetModel
import TestSupport
import Testing

@testable import Solver

@Suite struct EpochTests {
  /// Shrinks weights at the end of every epoch and after every test, so that a call too many or too few shows; tests at
  /// the end of an epoch, too.
  final class Shrinker: SolverHook {
    var calls: [String] = []

    private func shrink(_ solver: Solver, _ call: String) {
      calls.append("\(call), iteration \(solver.iteration)")
      for learned in solver.net.parameters { learned.blob.mutableData.multiply(by: 0.9) }
    }

    func didEpoch(_ solver: Solver, epoch: Int, of total: Int) throws {
      try solver.testAll()
      if !solver.stopRequested { shrink(solver, "epoch \(epoch) of \(total)") }
    }

    func didUpdate(_ solver: Solver) throws -> RunDecision {
      if solver.epochs?.ends(after: solver.iteration) == true {
        try solver.testAll()
        if !solver.stopRequested { shrink(solver, "updated") }
      }
      return .proceed
    }

    func didTest(_ solver: Solver, _ results: [[NetOutput]]) {
      shrink(solver, "test of \(results.map { $0.map(\.name) })")
    }
  }

  /// Stops at the `count`-th time that the run asks; resumes if it has stopped. Gives the calls of both parts.
  private func run(stopAt count: Int) throws -> (calls: [String], learned: [[Float]], asked: Int) {
    let scratch = try TemporaryFolder()
    var parameter = try testedSolver("adam/solver.prototxt", scratch)
    (parameter.maxIter, parameter.epochIters, parameter.testInterval) = (8, 3, 5)
    let (first, second) = (Shrinker(), Shrinker())
    let solver = try makeSolver(parameter, hook: first)
    var asked = 0
    solver.requestedAction = {
      asked += 1
      return asked == count ? .stop : .none
    }
    try solver.solve()
    guard solver.stopRequested else { return (first.calls, learned(solver), asked) }
    parameter.weights = []
    let resumed = try makeSolver(parameter, hook: second)
    try resumed.solve(resume: solver.snapshotPath(ending: ".solverstate"))
    return (first.calls + second.calls, learned(resumed), asked)
  }

  @Test func endsAreToldOnceWhereverARunStops() throws {
    let whole = try run(stopAt: .max)
    let test = "test of [[\"accuracy\", \"loss\"]]"
    #expect(
      whole.calls == [
        "\(test), iteration 0", "epoch 1 of 3, iteration 2", "updated, iteration 2", "\(test), iteration 5",
        "epoch 2 of 3, iteration 5", "updated, iteration 5",
      ])
    #expect(whole.asked == 8 + 2 * 6)
    for count in 1...whole.asked {
      let parts = try run(stopAt: count)
      #expect(parts.calls == whole.calls, "stopped when asked for the \(count)th time")
      #expect(parts.learned == whole.learned, "stopped when asked for the \(count)th time")
    }
  }

  @Test func theDataSaysHowLongTheyAre() throws {
    let scratch = try TemporaryFolder()
    try LMDBWriter.write(to: scratch.path + "/images") { database in
      for record in 0..<13 {
        let datum = Datum.with { ($0.channels, $0.height, $0.width, $0.data) = (1, 1, 1, [UInt8(record)]) }
        try database.put(key: databaseKey(record), value: datum.serialized())
      }
    }
    func rows(_ name: String, _ counts: [Int]) throws {
      let paths = try counts.enumerated().map { index, rows in
        let path = "\(scratch.path)/\(name)\(index).h5"
        try HDF5Writer.write(to: path) {
          try $0.write(Floats([Float](repeating: 1, count: rows)), shape: [rows, 1], to: "/rows")
        }
        return path
      }
      try paths.joined(separator: "\n").write(toFile: scratch.path + "/" + name, atomically: true, encoding: .utf8)
    }
    try rows("few", [3, 2])
    try rows("many", [9, 16])
    let images = """
      layer { name: "images" type: "Data" top: "data" data_param {
        source: "\(scratch.path)/images" batch_size: 4 backend: LMDB } }
      """
    func table(_ name: String) -> String {
      """
      layer { name: "\(name)" type: "HDF5Data" top: "rows" hdf5_data_param {
        source: "\(scratch.path)/\(name)" batch_size: 4 } }
      """
    }
    let memory = """
      layer { name: "memory" type: "MemoryData" top: "x" top: "y" memory_data_param {
        batch_size: 2 channels: 1 height: 1 width: 1 } }
      """
    func solver(_ layers: [String], _ change: (inout SolverParameter) -> Void = { _ in }) throws -> Solver {
      var parameter = SolverParameter.with { ($0.maxIter, $0.baseLr, $0.lrPolicy) = (10, 0, "fixed") }
      parameter.netParam = try NetParameter(text: layers.joined(separator: "\n"))
      change(&parameter)
      return try makeSolver(parameter)
    }
    #expect(try solver([images, table("few")]).epochs == Epochs(length: 4, total: 3))
    #expect(try solver([images, table("many")]).epochs == Epochs(length: 7, total: 2))
    #expect(try solver([images]) { $0.iterSize = 2 }.epochs == Epochs(length: 2, total: 5))
    #expect(try solver([images]) { $0.epochIters = 6 }.epochs == Epochs(length: 6, total: 2))
    // Nobody knows before the data is there.
    #expect(try solver([memory]).epochs == nil)
    let filled = try solver([memory, images])
    let layer = try #require(filled.net.layer("memory")?.layer as? MemoryDataLayer)
    try layer.reset(data: [Float](repeating: 0, count: 20), labels: [Float](repeating: 0, count: 20))
    #expect(filled.epochs == Epochs(length: 10, total: 1))
  }

  @Test func iterationsBelongToEpochs() {
    let epochs = Epochs(length: 3, total: 2)
    #expect((0..<6).map(epochs.epoch) == [0, 0, 0, 1, 1, 1])
    #expect((0..<6).filter(epochs.ends) == [2, 5])
  }
}
