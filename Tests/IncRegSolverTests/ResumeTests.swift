import CaffeProto
import Engine
import NetIO
import NetModel
import Solver
import Testing
import TestSupport

@testable import IncRegSolver

@Suite struct ResumeTests {
  /// 80 iterations are two rounds of the data, so that a resumed run reads what the unbroken one reads.
  @Test func aResumedRunIsTheUnbrokenOne() throws {
    let whole = try GoldenRun("tiny-a-regcol") { $0.snapshot = 80 }
    try whole.solver.solve()
    let resumed = try GoldenRun("tiny-a-regcol") { $0.snapshot = 0 }
    try resumed.solver.solve(resume: whole.scratch("snap_iter_80.solverstate"))
    #expect(resumed.recorder.records.count == 40)
    for (got, expected) in zip(resumed.recorder.records, whole.recorder.records.dropFirst(80)) {
      for (name, values) in expected {
        try #require(got[name] == values, "\(name) in iteration \(expected["iter"] ?? [])")
      }
    }
  }

  /// Snapshots with a tag are written inside an iteration, behind its update: what is left of it is done by the resumed
  /// run. Stage 1 was judged there, final_retrain about to be checked.
  @Test(
    arguments: ["stage0_iter_0", "stage1_iter_60", "finalretrain_iter_75"],
    [SolverParameter.SnapshotFormat.binaryproto, .hdf5])
  func taggedSnapshotsAreResumedWhereTheyWereMade(_ name: String, _ format: SolverParameter.SnapshotFormat) throws {
    let whole = try GoldenRun("tiny-e-multistage") { ($0.snapshotFormat, $0.randomSeed) = (format, 1) }
    try whole.solver.solve()
    let resumed = try GoldenRun("tiny-e-multistage") {
      ($0.snapshotFormat, $0.randomSeed, $0.snapshotPrefix) = (format, 1, whole.scratch("snap"))
    }
    let ending = format == .hdf5 ? ".solverstate.h5" : ".solverstate"
    try resumed.solver.solve(resume: whole.scratch("snap_\(name)\(ending)"))
    // The first record is of the iteration whose update the unbroken run made: its phase has moved on since.
    let records = resumed.recorder.records.dropFirst(name == "stage0_iter_0" ? 0 : 1)
    #expect(name == "stage0_iter_0" ? records.count == 726 : records.count > 20 && records.count < 600)
    for (got, expected) in zip(records, whole.recorder.records.suffix(records.count)) {
      for (name, values) in expected {
        try #require(got[name] == values, "\(name) in iteration \(expected["iter"] ?? [])")
      }
    }
    for index in whole.solver.net.parameters.indices {
      #expect(resumed.solver.net.parameters[index].blob.plainData == whole.solver.net.parameters[index].blob.plainData)
      #expect(resumed.solver.history[index][0].plainData == whole.solver.history[index][0].plainData)
    }
  }

  @Test func aPruningRunIsResumedFromHDF5() throws {
    for method in ["Reg_Col", "Reg_Row", "RegSpa_Col"] {
      try MethodRun.checkResumption(at: [80], method, method, format: .hdf5) { $0.snapshot = 80 }
    }
  }

  /// A column pruned in the last iteration before the snapshot is not zero in the file, and falls again (Q4).
  @Test func aSnapshotOfTheOriginalIsResumedAsTheOriginalDoes() throws {
    let folder = goldenDirectory + "/tiny-g-resume"
    let run = try GoldenRun("tiny-a-regcol") { $0.snapshot = 0 }
    try run.solver.solve(resume: folder + "/snap_iter_80.solverstate")
    let file = try HDF5File(reading: folder + "/dump.h5")
    #expect(run.recorder.records.count == 40)
    let names = try file.names(in: "/")
    #expect(names.contains("weight_2"))
    for name in names {
      let recorded = try Recorded(file, name)
      for (row, record) in run.recorder.records.enumerated() {
        let distance = relativeDistance(try #require(record[name]), recorded[row])
        try #require(distance < 1e-4, "\(name) in record \(row): relative distance \(distance)")
      }
    }
  }

  @Test func masksAreInEveryFile() throws {
    // Column 49 of conv2 falls in iteration 79.
    let run = try GoldenRun("tiny-a-regcol") {
      $0.snapshot = 80
      $0.maxIter = 80
    }
    try run.solver.solve()
    let weights = run.solver.net.parameters[2].blob.plainData
    let columns = Set(run.recorder.method?.families[1].state.prunedAt.indices.filter { run.isPruned(1, $0) } ?? [])
    #expect(columns.contains(49))
    for column in columns { #expect((0..<8).allSatisfy { weights[$0 * 54 + column] == 0 }) }
  }

  @Test func statesHoldTheOriginalsFields() throws {
    let run = try GoldenRun("tiny-a-regcol") { $0.snapshot = 80 }
    try run.solver.solve()
    let state = try SolverStateFile.read(run.scratch("snap_iter_80.solverstate"))
    let theirs = try SolverStateFile.read(goldenDirectory + "/tiny-g-resume/snap_iter_80.solverstate")
    #expect(state.pruneState == theirs.pruneState)
    #expect(state.pruneStage == theirs.pruneStage)
    #expect(state.stageIterPruneFinished == theirs.stageIterPruneFinished)
    #expect(state.lastFeasiblePruneIter == theirs.lastFeasiblePruneIter)
    for (ours, theirs) in [
      (state.currentPruneRatio, theirs.currentPruneRatio),
      (state.lastFeasiblePruneRatio, theirs.lastFeasiblePruneRatio),
      (state.lastInfeasiblePruneRatio, theirs.lastInfeasiblePruneRatio), (state.historyScore, theirs.historyScore),
      (state.historyPunish, theirs.historyPunish),
    ] {
      #expect(ours.count == theirs.count)
      for (ours, theirs) in zip(ours, theirs) {
        #expect(ours.shape.dim == theirs.shape.dim)
        #expect(relativeDistance(Array(ours.data), Array(theirs.data)) < 1e-4)
      }
    }
    #expect(theirs.unknownFields.isEmpty)
    let section = try #require(try RunSection<Ranks>.read("IncReg", from: state))
    guard case .search(let control) = section.course else { return #expect(Bool(false), "not a search") }
    #expect(control.stage == 1)
    #expect(section.layers.map(\.name) == ["conv1", "conv2", "ip"])
  }

  @Test func onlyTheNewestPeriodicSnapshotIsKept() throws {
    let run = try GoldenRun("tiny-a-regcol") {
      $0.snapshot = 2
      $0.maxIter = 7
    }
    try run.solver.solve()
    let names = run.scratch.entries().filter { $0.hasSuffix("state") }
    #expect(names == ["snap_iter_6.solverstate", "snap_iter_7.solverstate", "snap_stage0_iter_0.solverstate"])
  }

  @Test func aStateThatDoesNotFitIsRefused() throws {
    let run = try GoldenRun("tiny-c-regcol-group-itersize")
    #expect(throws: (any Error).self) {
      try run.solver.solve(resume: goldenDirectory + "/tiny-g-resume/snap_iter_80.solverstate")
    }
  }
}

extension GoldenRun {
  fileprivate func isPruned(_ layer: Int, _ group: Int) -> Bool {
    recorder.method?.families[layer].state.isPruned(group) ?? false
  }
}

@Suite struct SectionTests {
  @Test func sectionsSurviveOtherFields() throws {
    var control = ControlState()
    control.learningRate = 0.1
    control.increment = .infinity
    control.plateau.record(.init(accuracy: 0.97, iteration: 500))
    control.families = [.init(target: 0.3, lastFeasible: 0.1, lastInfeasible: 0.2, finishedAt: 7)]
    var layers = tinyLayers()
    layers[1].queuedRows = [3, 1]
    var families = columnFamilies(of: layers)
    families[0].prune([4])
    _ = families[0].mask(&layers, step: 12, countsAgain: false)
    families[1].state.penalty[2] = 0.1
    var ranks = Ranks(count: 9)
    ranks.mean[3] = .nan
    let section = RunSection(
      method: "IncReg", course: .search(control), random: [1, .max], periodicSnapshot: 3,
      families: families.map { .init($0, ranks) }, layers: layers.map { .init($0) })
    var state = SolverState()
    // Fields 900: a number, 901: eight bytes, 902: four bytes.
    let others: [UInt8] = [0xa0, 0x38, 0x96, 0x01, 0xa9, 0x38, 1, 2, 3, 4, 5, 6, 7, 8, 0xb5, 0x38, 1, 2, 3, 4]
    state.unknownFields = others
    #expect(try RunSection<Ranks>.read("IncReg", from: state) == nil)
    try section.add(to: &state)
    state.unknownFields += others
    let read = try #require(try RunSection<Ranks>.read("IncReg", from: state))
    #expect(read.course == .search(control) && read.random == [1, .max] && read.periodicSnapshot == 3)
    var (gotLayers, gotFamilies) = (tinyLayers(), columnFamilies(of: tinyLayers()))
    for (index, layer) in read.layers.enumerated() { try layer.restore(&gotLayers[index], rollback: false) }
    for (index, family) in read.families.enumerated() { try family.restore(&gotFamilies[index]) }
    #expect(gotLayers.map(\.mask) == layers.map(\.mask) && gotLayers[1].queuedRows == [3, 1])
    #expect(gotFamilies.map(\.state) == families.map(\.state))
    #expect(gotFamilies[0].state.prunedAt[4] == 12)
    #expect(read.families[0].memory.mean[3].isNaN)
  }

  @Test(arguments: [[0xc2, 0x3e] as [UInt8], [0xc2, 0x3e, 5, 1], [0x83, 0x3e], [0x80]])
  func damageIsAnError(_ fields: [UInt8]) {
    var state = SolverState()
    state.unknownFields = fields
    #expect(throws: IncRegError.self) { try RunSection<Ranks>.read("IncReg", from: state) }
  }

  /// `{}`, a section of the first layout, and one of another method.
  @Test(arguments: [
    "{}", #"{"version":1,"control":{},"layers":[]}"#, #"{"version":2,"method":"SPP","families":[],"layers":[]}"#,
  ])
  func contentThatIsNoSectionIsAnError(_ content: String) {
    var state = SolverState()
    state.unknownFields = UnknownFields.encode(1000, Array(content.utf8))
    #expect(throws: IncRegError.self) { try RunSection<Ranks>.read("IncReg", from: state) }
  }
}

extension ResumeTests {
  /// Only caffe_increg's methods replace their periodic snapshots; no other run may take those of before for its own.
  @Test func otherMethodsKeepTheirSnapshots() throws {
    let whole = try MethodRun("AFP_Col", "AFP_Col") { ($0.aa, $0.maxIter) = (0.001, 40) }
    try whole.solver.solve()
    let resumed = try MethodRun("AFP_Col", "AFP_Col") { ($0.aa, $0.maxIter) = (0.001, 80) }
    try resumed.solver.solve(resume: whole.scratch("snap_iter_40.solverstate"))
    #expect((resumed.solver.hook as? PruningRun<AutoBalanced>)?.periodicSnapshot == nil)
    #expect(whole.scratch.entries().contains("snap_iter_40.solverstate"))
  }
}
