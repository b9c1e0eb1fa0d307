import Foundation
import Testing
import TestSupport

/// What a run of days says and leaves: a pruning run, with stages and roll-backs, and one without pruning.
@Suite struct LongRunTests {
  /// The golden run tiny-e, whose README says where it comes from.
  private func pruning() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let run = TestFiles.golden + "/increg/tiny-e-multistage"
    var net = try readText(run + "/net.prototxt")
    for (name, data) in [("train", "/solver/tiny_train.h5"), ("test", "/increg/tiny_test.h5")] {
      try folder.write(TestFiles.golden + data + "\n", to: "\(name).txt")
      net = net.replacing("../data/tiny_\(name).txt", with: "\(name).txt")
    }
    try folder.write(net, to: "net.prototxt")
    try folder.write(try readText(run + "/solver.prototxt") + "\nrandom_seed: 1\n", to: "solver.prototxt")
    try FileManager.default.copyItem(atPath: run + "/init.caffemodel", toPath: folder("init.caffemodel"))
    return folder
  }

  private func shell(_ line: String, in folder: TemporaryFolder) throws -> Int32 {
    try Invocation(
      "/bin/sh", ["-c", "exec \(ProgramRun.path) \(line)"], in: folder.path, environment: ["OMP_NUM_THREADS": "1"]
    ).run().status
  }

  private func states(_ folder: TemporaryFolder) -> [String] {
    folder.entries().filter { $0.hasSuffix(".solverstate") }
  }

  @Test func linesAreWholeWhereBothStreamsAreOneFile() throws {
    let folder = try pruning()
    let line = "train -solver solver.prototxt -weights init.caffemodel"
    #expect(try shell(line + " >one 2>&1", in: folder) == 0)
    let all = folder.entries().filter { $0.contains("_iter_") }
    let log = try readText(folder("one"))
    #expect(!log.contains(#/[^\n][IW]\d{4} \d\d:\d\d:\d\d\.\d{6}/#))
    #expect(!log.contains("\u{1b}") && log.contains("2147483647") && log.contains("\n[app] Training starts"))
    let beginning = log.split(separator: "\n").prefix(2)
    #expect(beginning.first?.contains(/\] caffe-increg [\d.]+ on .+, threads: 1$/) == true, "\(beginning)")
    #expect(beginning.last?.hasSuffix("caffe-increg \(line)") == true, "\(beginning)")

    // Apart, standard output is the same lines, in the original's words.
    for name in all { try FileManager.default.removeItem(atPath: folder(name)) }
    #expect(try shell(line + " >out 2>err", in: folder) == 0)
    let (out, err) = (try readText(folder("out")), try readText(folder("err")))
    #expect(!out.contains(#/[IW]\d{4} \d\d:\d\d:\d\d/#) && !err.contains("[app]") && !err.contains("IF_prune"))

    // Old snapshots go, but what the run goes back to and its best nets stay.
    for name in all { try FileManager.default.removeItem(atPath: folder(name)) }
    #expect(try shell(line + " -keep 2 >kept 2>&1", in: folder) == 0)
    let kept = folder.entries().filter { $0.contains("_iter_") }
    #expect(kept.count < all.count / 2 && kept.allSatisfy(all.contains), "\(kept.count) of \(all.count)")
    func milestones(_ text: String) -> [Substring] {
      text.replacing(#/\ \(\d{4}/\d\d/\d\d-\d\d:\d\d\)/#, with: "").split(separator: "\n").filter {
        $0.hasPrefix("[app]")
      }
    }
    let log2 = try readText(folder("kept"))
    #expect(milestones(log2) == milestones(log))
    let best = log2.matches(of: /'final_retrain' done. Output the best caffemodel, iter = (\d+)/).last?.1
    #expect(kept.contains("snap_finalretrain_iter_\(best ?? "").caffemodel"), "\(kept)")
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: ProgramRun.terminal), "no \(ProgramRun.terminal) here"))
  func aTerminalShowsStagesInsteadOfTheFlood() throws {
    let folder = try pruning()
    let run = try ProgramRun.run("train -solver solver.prototxt -weights init.caffemodel", in: folder, onTerminal: true)
    #expect(run.status == 0, "\(run.output)")
    #expect(
      run.output.contains(/train, stage \d+, pruning \([^)]+ \d+ of \d+ %[^)]*\): \d+, [\d.]+\/s, [^\n]+ to 6000/))
    #expect(run.output.contains("Training starts, iter: 0"))
    for flood in ["2147483647", "IF_prune", "[app]", "**** Step"] { #expect(!run.output.contains(flood)) }
  }

  @Test func keepsTheNewestAndTheBestAndGoesOnFromTheLatest() throws {
    let folder = try ProgramRun.makeFolder()
    let solver = try readText(folder("solver.prototxt"))
    try writeText(
      solver.replacing("snapshot: 0", with: "snapshot: 10 test_iter: 2 test_interval: 20"),
      to: folder("solver.prototxt"))
    let line = "train -solver solver.prototxt -weights init.caffemodel"
    #expect(try shell(line + " 2>log", in: folder) == 0)
    #expect(states(folder).count == 6)
    let unbroken = try readBytes(folder("final_iter_60.caffemodel"))
    for name in folder.entries() where name.contains("_iter_") {
      try FileManager.default.removeItem(atPath: folder(name))
    }
    #expect(try shell(line + " -keep 2 -log-json events 2>log", in: folder) == 0)
    let kept = states(folder)
    #expect(kept.contains("final_iter_50.solverstate") && kept.contains("final_iter_60.solverstate") && kept.count <= 3)
    #expect(folder.entries().count { $0.hasSuffix(".caffemodel") } == kept.count + 1)

    for name in folder.entries() where name.contains("_iter_60.") {
      try FileManager.default.removeItem(atPath: folder(name))
    }
    #expect(try shell("train -solver solver.prototxt -snapshot latest 2>log", in: folder) == 0)
    #expect(try readText(folder("log")).contains("Resuming from final_iter_50.solverstate"))
    #expect(try readBytes(folder("final_iter_60.caffemodel")) == unbroken)
  }
}
