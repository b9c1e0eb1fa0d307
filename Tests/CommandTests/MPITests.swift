import Foundation
import TestSupport
import Testing

/// Runs under Open MPI's mpirun beside `--simulate-ranks`: what they save is the same to the last bit.
@Suite(.serialized) struct MPITests {
  /// nil, and a word about it, where there is none.
  private static func mpirun(_ test: String = #function) -> String? {
    let path = "/usr/bin/mpirun"
    if FileManager.default.isExecutableFile(atPath: path) { return path }
    print("SKIPPED \(test): no mpirun here (Debian: openmpi-bin)")
    return nil
  }

  /// Ranks on one host, however few cores that has.
  private static let environment = [
    "OMP_NUM_THREADS": "1", "PATH": "/usr/bin:/bin", "OMPI_ALLOW_RUN_AS_ROOT": "1",
    "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_rmaps_base_oversubscribe": "1",
    "OMPI_MCA_hwloc_base_binding_policy": "none", "TMPDIR": FileManager.default.temporaryDirectory.path,
  ]

  /// A golden net of IncReg's tests with a solver of its own.
  private static func folder(_ golden: String, _ settings: String) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let source = TestFiles.golden + "/increg/" + golden
    var net = try readText(source + "/net.prototxt")
    for (name, data) in [("train", "/solver/tiny_train.h5"), ("test", "/increg/tiny_test.h5")] {
      try folder.write(TestFiles.golden + data, to: name + ".txt")
      net = net.replacing("../data/tiny_\(name).txt", with: name + ".txt")
    }
    try folder.write(net, to: "net.prototxt")
    try FileManager.default.copyItem(atPath: source + "/init.caffemodel", toPath: folder("init.caffemodel"))
    try folder.write(
      """
      net: "net.prototxt" base_lr: 0.01 lr_policy: "fixed" momentum: 0.9 weight_decay: 0.0005 random_seed: 5
      max_iter: 50 snapshot: 25 snapshot_prefix: "snap" display: 10 test_iter: 3 test_interval: 20 \(settings)
      """, to: "solver.prototxt")
    return folder
  }

  private static let train = ["train", "--solver", "solver.prototxt", "--conv-algorithm", "direct"]

  private func run(
    _ ranks: Int, simulated: Bool, _ more: [String] = ["--weights", "init.caffemodel"], in folder: TemporaryFolder
  ) throws -> Invocation.Outcome {
    let line = Self.train + more
    let (path, arguments) =
      simulated
      ? (ProgramRun.path, line + ["--simulate-ranks", "\(ranks)"])
      : ("/usr/bin/mpirun", ["-np", "\(ranks)", ProgramRun.path] + line)
    return try Invocation(path, arguments, in: folder.path, environment: Self.environment).run()
  }

  /// A net, and what its solver says of pruning.
  private static let runs = [
    ("tiny-a-regcol", ""), ("tiny-d-regcol-bn-residual", ""),
    ("tiny-a-regcol", "prune_method: 'Reg_Col' regularization_type: 'Reg_Col' AA: 0.02 target_reg: 0.2"),
    ("tiny-d-regcol-bn-residual", "prune_method: 'Reg_Channel' regularization_type: 'L2' AA: 0.02 target_reg: 0.2"),
    ("tiny-a-regcol", "prune_method: 'GReg-1_Row' regularization_type: 'GReg-1_Row'"),
    ("tiny-a-regcol", "prune_method: 'PP_Col' regularization_type: 'L2' AA: 0.05 iter_size: 2"),
  ]

  @Test(arguments: runs, [2, 3, 4])
  func processesEqualThreads(_ net: (golden: String, settings: String), _ ranks: Int) throws {
    guard Self.mpirun() != nil else { return }
    let (processes, threads) = (
      try Self.folder(net.golden, net.settings), try Self.folder(net.golden, net.settings)
    )
    for (folder, simulated) in [(processes, false), (threads, true)] {
      let outcome = try run(ranks, simulated: simulated, in: folder)
      try #require(outcome.status == 0, "\(outcome.errors)")
      #expect(
        outcome.errors.contains("Ranks: \(ranks),") && outcome.errors.matches(of: /\] Iteration 40 \(/).count == 1)
    }
    let saved = threads.entries().filter { $0.hasPrefix("snap") }
    #expect(saved.contains("snap_iter_50.solverstate") && saved.contains("snap_iter_50.caffemodel"))
    for file in saved { #expect(try readBytes(processes(file)) == readBytes(threads(file)), "\(file)") }
    // From the middle, to the same end.
    let state = ["--snapshot", "snap_iter_25.solverstate"]
    guard saved.contains(state[1]) else { return }
    #expect(try run(ranks, simulated: false, state, in: processes).status == 0)
    for file in saved { #expect(try readBytes(processes(file)) == readBytes(threads(file)), "resumed: \(file)") }
  }

  @Test func otherSumsAreTheSameToRounding() throws {
    guard Self.mpirun() != nil else { return }
    let folder = try Self.folder("tiny-d-regcol-bn-residual", "")
    for more in [["--fast-reduce"], ["--sync-batch-norm"]] {
      let outcome = try run(2, simulated: false, ["--weights", "init.caffemodel"] + more, in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.errors.contains("Optimization Done."))
    }
  }

  /// SIGUSR1 is what mpirun passes on to its ranks; one of them is enough.
  @Test(arguments: [(0, SIGUSR1), (2, SIGTERM)]) func aSignalEndsAllInGoodOrder(_ rank: Int, _ signal: Int32) throws {
    guard Self.mpirun() != nil else { return }
    let (folder, process) = try startLongRun([])
    defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
    kill(try self.process(ofRank: rank, under: process), signal)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(try readText(folder("log")).contains("Optimization stopped early."))
    #expect(folder.entries().contains { $0.hasSuffix(".solverstate") })
  }

  /// Three ranks that train on and on, and have begun to.
  private func startLongRun(_ more: [String]) throws -> (folder: TemporaryFolder, process: Process) {
    let folder = try Self.folder("tiny-a-regcol", "")
    try writeText(
      readText(folder("solver.prototxt")).replacing("max_iter: 50", with: "max_iter: 100000000"),
      to: folder("solver.prototxt"))
    try writeBytes([], to: folder("log"))
    let process = try Invocation(
      "/usr/bin/mpirun", ["-np", "3", ProgramRun.path] + Self.train + ["--weights", "init.caffemodel"] + more,
      in: folder.path, environment: Self.environment
    ).start(errors: FileHandle(forWritingAtPath: folder("log")))
    for _ in 0..<600 where try !readText(folder("log")).contains("] Iteration 30 ") { usleep(50_000) }
    return (folder, process)
  }

  /// A rank that is killed, and one that stops answering, end the run on all. A rank that waits for the lost one is not
  /// taken for it: under the library's own sums nobody knows for whom it waits.
  @Test(arguments: [(SIGKILL, []), (SIGSTOP, []), (SIGSTOP, ["--fast-reduce"])])
  func aLostRankEndsAll(_ signal: Int32, _ more: [String]) throws {
    guard Self.mpirun() != nil else { return }
    let (folder, process) = try startLongRun(["--rank-timeout", "3"] + more)
    defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
    let start = ContinuousClock.now
    kill(try self.process(ofRank: 2, under: process), signal)
    process.waitUntilExit()
    #expect(start.duration(to: .now) < .seconds(30))
    #expect(process.terminationStatus != 0)
    let log = try readText(folder("log"))
    #expect(log.contains(signal == SIGKILL ? "rank 2" : "rank 2 has not answered for 3 s"), "\(log.suffix(2000))")
    let others = ["rank 0 has not answered", "rank 1 has not answered"]
    #expect(!others.contains { log.contains($0) }, "\(log.suffix(2000))")
  }

  /// A rank has its number in its environment.
  private func process(ofRank rank: Int, under mpirun: Process) throws -> Int32 {
    let id = mpirun.processIdentifier
    let children = try readText("/proc/\(id)/task/\(id)/children").split(separator: " ").compactMap { Int32($0) }
    return try #require(
      children.first { child in
        (try? readText("/proc/\(child)/environ"))?.contains("OMPI_COMM_WORLD_RANK=\(rank)\0") ?? false
      })
  }

  /// What the second of two ranks is given, and what is said of it.
  private static let differences = [
    ("--solver other.prototxt", "rank 1 and rank 0 differ in the solver"),
    ("--solver solver.prototxt --weights init.caffemodel", "rank 1 and rank 0 differ in the weights they begin with"),
    ("--solver solver.prototxt --sync-batch-norm", "rank 1 and rank 0 differ in --sync-batch-norm"),
    ("--solver solver.prototxt --fast-reduce", "rank 1 and rank 0 differ in --fast-reduce"),
    ("--solver solver.prototxt --profile reference", "rank 1 and rank 0 differ in --profile"),
    ("--solver solver.prototxt --allow-nan", "rank 1 and rank 0 differ in --allow-nan"),
    ("--solver solver.prototxt --weights none.caffemodel", "rank 1: cannot open 'none.caffemodel'"),
  ]

  @Test(arguments: differences) func ranksThatDifferAreNamed(_ second: String, _ message: String) throws {
    guard Self.mpirun() != nil else { return }
    let folder = try Self.folder("tiny-a-regcol", "")
    let solver = try readText(folder("solver.prototxt"))
    try folder.write(solver.replacing("base_lr: 0.01", with: "base_lr: 0.02"), to: "other.prototxt")
    try expectEnd([ProgramRun.path, "train"] + second.split(separator: " ").map(String.init), message, in: folder)
  }

  /// Data of the same name on two hosts, where the second's has records twice.
  @Test(arguments: [("train", "data"), ("test", "data of tests")])
  func dataThatDifferAreNamed(_ phase: String, _ what: String) throws {
    guard Self.mpirun() != nil else { return }
    let (folder, other) = (try Self.folder("tiny-a-regcol", ""), try Self.folder("tiny-a-regcol", ""))
    let list = try readText(other(phase + ".txt"))
    try other.write(list + "\n" + list, to: phase + ".txt")
    try expectEnd(
      ["--wdir", other.path, ProgramRun.path] + Self.train, "rank 1 and rank 0 differ in the length of the \(what)\n",
      in: folder)
  }

  /// Open MPI itself would wait for a rank that has ended in good order, before it could say so.
  @Test func aRankThatNeverComesEndsAll() throws {
    guard Self.mpirun() != nil else { return }
    try expectEnd(
      ["/bin/true"], "no ranks: not all of them have begun within 3 s", more: ["--rank-timeout", "3"],
      in: Self.folder("tiny-a-regcol", ""))
  }

  /// Each would take itself for the only one.
  @Test func anotherLibraryThanMpirunsIsNamed() throws {
    guard Self.mpirun() != nil else { return }
    let folder = try Self.folder("tiny-a-regcol", "")
    let environment = Self.environment.merging(["OMPI_COMM_WORLD_SIZE": "2"]) { $1 }
    let outcome = try Invocation(ProgramRun.path, Self.train, in: folder.path, environment: environment).run()
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("OMPI_COMM_WORLD_SIZE is 2, but 1 here"), "\(outcome.errors)")
  }

  /// Two ranks, of which the second is begun otherwise.
  private func expectEnd(
    _ second: [String], _ message: String, more: [String] = [], in folder: TemporaryFolder,
    _ place: SourceLocation = #_sourceLocation
  ) throws {
    let start = ContinuousClock.now
    let first = ["-np", "1", ProgramRun.path] + Self.train + more
    let outcome = try Invocation(
      "/usr/bin/mpirun", first + [":", "-np", "1"] + second, in: folder.path, environment: Self.environment
    ).run()
    #expect(outcome.status != 0 && start.duration(to: .now) < .seconds(30), sourceLocation: place)
    #expect(outcome.errors.contains(message), "\(outcome.errors)", sourceLocation: place)
  }

  @Test func flagsForRanksNeedSome() throws {
    let folder = try Self.folder("tiny-a-regcol", "")
    for (flags, message) in [
      ("--sync-batch-norm", "are for several ranks"), ("--simulate-ranks 65", "from 1 to 64"),
      ("--rank-timeout 0", "from 1 to 86400"),
    ] {
      let outcome = try ProgramRun.run("train --solver solver.prototxt \(flags)", in: folder)
      #expect(outcome.status == 1 && outcome.errors.contains(message), "\(outcome.errors)")
    }
  }
}
