import CaffeProto
import NetIO
import Testing
import TestSupport

@Suite struct SolverStateFileTests {
  private func state() -> SolverState {
    var state = SolverState()
    state.iter = 2000
    state.learnedNet = "snap_iter_2000.caffemodel"
    state.currentStep = 2
    state.history = (0..<12).map { BlobProto(shape: [1, $0], data: Floats([Float](repeating: Float($0), count: $0))) }
    state.historyScore = [BlobProto(shape: [2], data: [1, 2])]
    state.historyPunish = [BlobProto(shape: [2], data: [3, 4])]
    state.pruneState = "losseval"
    state.pruneStage = 3
    state.stageIterPruneFinished = 1500
    state.lastFeasiblePruneIter = 0
    state.currentPruneRatio = [BlobProto(shape: [2], data: [0.5, 0.25])]
    state.lastFeasiblePruneRatio = [BlobProto(shape: [2], data: [0.4, 0.2])]
    state.lastInfeasiblePruneRatio = [BlobProto(shape: [2], data: [0.9, 0.9])]
    state.position.random = [1, -1, .min, .max]
    state.position.source = [
      .with { ($0.layer, $0.net, $0.records, $0.random) = ("a \"layer\"\u{e9}", 1, 1 << 40, [5, -6]) }
    ]
    return state
  }

  @Test(arguments: ["s.solverstate", "s.solverstate.h5"])
  func roundTrip(name: String) throws {
    let scratch = try TemporaryFolder()
    try SolverStateFile.write(state(), to: scratch(name))
    #expect(try SolverStateFile.read(scratch(name)) == state())
    #expect(scratch.entries() == [name])
  }

  /// Where a run stands and fields that only this program knows; bytes that are none are refused.
  @Test func otherFieldsStandInTheExtension() throws {
    let scratch = try TemporaryFolder()
    let path = scratch("s.solverstate.h5")
    var state = state()
    // Field 900 holds 150.
    state.unknownFields = [0xa0, 0x38, 0x96, 0x01]
    state.position.random = [1, -2]
    state.position.updated = true
    try SolverStateFile.write(state, to: path)
    #expect(try SolverStateFile.read(path) == state)
    try HDF5Writer.write(to: path) { file in
      try file.write(1, to: "/iter")
      try file.makeGroup("/history")
      try file.write([0.5], shape: [1], to: "/extension")
    }
    #expect(try #require(throws: FormatError.self) { try SolverStateFile.read(path) }.place == "/extension")
  }

  @Test func plainStateHasNothingElseInHDF5() throws {
    let scratch = try TemporaryFolder()
    let path = scratch("s.h5")
    var plain = SolverState()
    plain.iter = 5
    plain.currentStep = 0
    plain.history = [BlobProto(shape: [2], data: [1, 2])]
    try SolverStateFile.write(plain, to: path)
    let file = try HDF5File(reading: path)
    #expect(try file.names(in: "/") == ["current_step", "history", "iter"])
    #expect(try SolverStateFile.read(path) == plain)
  }

  /// Files of the original program, with its own fields and scores only where it prunes: binary bytes are reproduced,
  /// and HDF5 loses nothing but trailing blobs that are absent anyway.
  @Test(arguments: ["tiny-a-regcol/snap_iter_120", "tiny-e-multistage/snap_stage1_iter_60", "tiny-f-sgd/final_iter_60"])
  func readsTheOriginalsStates(name: String) throws {
    guard let path = TestFiles.shared("golden/\(name).solverstate") else { return }
    let scratch = try TemporaryFolder()
    let state = try SolverStateFile.read(path)
    #expect(state.iter > 0 && state.history.count >= 6)
    try SolverStateFile.write(state, to: scratch("s"))
    #expect(try readBytes(scratch("s")) == readBytes(path))
    try SolverStateFile.write(state, to: scratch("s.h5"))
    var back = try SolverStateFile.read(scratch("s.h5"))
    for field in [\SolverState.historyScore, \.historyPunish] {
      while back[keyPath: field].count < state[keyPath: field].count { back[keyPath: field].append(BlobProto()) }
    }
    #expect(back == state)
  }

  @Test func wrongContentIsNamed() throws {
    let scratch = try TemporaryFolder()
    let path = scratch("s.solverstate")
    var bad = state()
    bad.historyPunish[0].shape.dim = [3]
    try SolverStateFile.write(bad, to: path)
    let error = #expect(throws: FormatError.self) { try SolverStateFile.read(path) }
    #expect(error?.place == "history_punish[0]")
    try HDF5Writer.write(to: path) { file in
      try file.write(1, to: "/iter")
      try file.makeGroup("/history")
      try file.write([1], shape: [1], to: "/history/1")
    }
    #expect(try SolverStateFile.read(path).history.map(\.isAbsent) == [true, false])
    try HDF5Writer.write(to: path) { file in
      try file.write(1, to: "/iter")
      try file.makeGroup("/history")
      try file.write([1], shape: [1], to: "/history/first")
    }
    let name = #expect(throws: FormatError.self) { try SolverStateFile.read(path) }
    #expect(name?.problem == .unsupported("a blob named 'first' is"))
  }
}
