import Base
import Foundation
import Glibc
import Testing
import TestSupport

@testable import caffe_increg

/// `reproduce run` on a tiny net and made-up images.
@Suite struct ReproduceRunTests {
  /// Images, and a table with its recipe.
  private func makeFolder(epochIters: Int = 10, iterations: Int = 40) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for path in ["papers", "recipes/tiny"] {
      try FileManager.default.createDirectory(atPath: folder(path), withIntermediateDirectories: true)
    }
    try folder.writeHalves(to: "data", train: 120, test: 40)
    try folder.write(
      halvesNet(train: "examples/none", test: "examples/none", widths: [8]), to: "recipes/tiny/net.prototxt")
    let solver = "net: 'n' test_iter: 1 test_interval: 1000 base_lr: 0.01 momentum: 0.9 lr_policy: 'fixed' max_iter: "
    try folder.write(solver + "\(iterations)", to: "recipes/tiny/base.prototxt")
    try folder.write(solver + "\(iterations) prune_method: 'None'", to: "recipes/tiny/prune.prototxt")
    func row(_ name: String, _ run: String) -> String {
      #"{"row": "\#(name)", "method": "\#(name)", "net": "tiny", "data": "halves", "status": "ours", "run": \#(run)}"#
    }
    try folder.write(
      #"{"title": "t", "paper": "ours", "source": "none","#
        + #""run": {"recipe": "tiny", "validation": 20, "ratios": {"conv": 0.5}}, "rows": ["#
        + [
          row("sfp", #"{"set": "prune_method: 'SFP' epoch_iters: \#(epochIters)"}"#),
          row("l1", #"{"set": "prune_method: 'OneShot'"}"#), row("slim", #"{"from": "slim"}"#),
          row("none", #"{"set": "prune_method: 'DAS'"}"#),
        ].joined(separator: ",") + "]}", to: "papers/tiny.json")
    return folder
  }

  private let line = "reproduce run tiny --papers papers --data data --out out --row "

  @Test func trainsPrunesSlimsAndTests() throws {
    let folder = try makeFolder()
    for row in ["sfp", "l1", "slim"] {
      let run = try ProgramRun.run(line + "\(row) --seeds 2", in: folder)
      #expect(run.status == 0 && run.output.contains("\(row), seed 2, \(row), tiny on halves"), "\(run)")
    }
    let records = try RowRecord.all(in: folder("out/records.jsonl"))
    #expect(records.map { "\($0.row) \($0.seed)" } == ["sfp 1", "sfp 2", "l1 1", "l1 2", "slim 1", "slim 2"])
    for record in records {
      // 8 filters of 9 weights over 36 positions, and their readers; half of them go.
      #expect(record.multiplyAdds == 3168 && record.slimMultiplyAdds == 1584)
      #expect(record.trainImages == 100 && record.validationImages == 20 && record.testImages == 40)
      #expect(record.imagesSeen == (record.row == "slim" ? 800 : 400) && record.end.top1 > 0.9)
      let isSlim = record.row == "slim"
      #expect((record.base == nil) == isSlim)
      #expect((record.afterCut == nil) == isSlim)
      #expect(record.solver.contains("random_seed: \(record.seed)"))
    }
    // Rows share the base nets.
    #expect(records[0].base == records[2].base && folder.entries(in: "out/base").count == 1)
    let tested = try ProgramRun.run(
      "test --model out/tiny/l1/seed1/slim.prototxt --weights out/tiny/l1/seed1/slim.caffemodel --iterations 2",
      in: folder)
    let score = try #require(records[2].validation?.top1)
    #expect(tested.errors.contains("] accuracy = \(Float(score).logged)"), "\(tested.errors)")
    let again = try ProgramRun.run(line + "sfp --seeds 2", in: folder)
    #expect(again.output.contains("sfp, seed 1: is in 'out/records.jsonl' already"))
    #expect(try RowRecord.all(in: folder("out/records.jsonl")).count == 6)
    let report = try ProgramRun.run("reproduce report tiny --papers papers --records out/records.jsonl", in: folder)
    #expect(report.output.contains("| sfp | sfp | 2 | 1/2.00 | "), "\(report)")
  }

  /// A method that does not exist is named, and the other rows are run.
  @Test func goesOnWithOtherRows() throws {
    let folder = try makeFolder()
    let one = try ProgramRun.run(line + "none", in: folder)
    #expect(one.status == 1 && one.errors.contains("'DAS'"), "\(one)")
    let all = try ProgramRun.run(line + "* --epochs-scale 0.5", in: folder)
    #expect(all.status == 1 && all.errors.contains("row 'none': ") && all.errors.contains("1 rows failed"), "\(all)")
    let records = try RowRecord.all(in: folder("out/records.jsonl"))
    #expect(records.map(\.row) == ["sfp", "l1", "slim"] && records.map(\.imagesSeen) == [200, 200, 400])
  }

  /// Killed while it prunes, a run goes on from its last snapshot to the same weights.
  @Test func goesOnWhereItWasKilled() throws {
    let whole = try makeFolder(epochIters: 100, iterations: 3000)
    _ = try ProgramRun.run(line + "sfp", in: whole)
    let broken = try makeFolder(epochIters: 100, iterations: 3000)
    let process = try Invocation(
      ProgramRun.path, (line + "sfp").split(separator: " ").map(String.init), in: broken.path,
      environment: ["OMP_NUM_THREADS": "1"]
    ).start()
    let folder = "out/tiny/sfp/seed1"
    while process.isRunning, !broken.entries(in: folder).contains(where: { $0.hasSuffix(".solverstate") }) {
      usleep(1000)
    }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    #expect(try RowRecord.all(in: broken("out/records.jsonl")).isEmpty)
    let run = try ProgramRun.run(line + "sfp", in: broken)
    #expect(run.status == 0, "\(run)")
    let log = try readText(broken("out/run.log"))
    #expect(log.contains("Resuming from out/tiny/sfp/seed1/run_iter_"))
    let records = try [whole, broken].map { try RowRecord.all(in: $0("out/records.jsonl"))[0] }
    #expect(records[0].weights.sha256 == records[1].weights.sha256)
    #expect(records[0].afterCut == records[1].afterCut && records[0].end == records[1].end)
  }

  @Test func namesDataThatDoNotFit() throws {
    let folder = try makeFolder()
    let table = try readText(folder("papers/tiny.json"))
    try folder.write(table.replacing("\"validation\": 20", with: "\"validation\": 120"), to: "papers/tiny.json")
    let run = try ProgramRun.run(line + "l1", in: folder)
    #expect(run.errors.contains("'data': of its 120 training images 120 cannot be kept apart"), "\(run)")
    try folder.write(table.replacing("\"conv\"", with: "\"cnov\""), to: "papers/tiny.json")
    let pattern = try ProgramRun.run(line + "l1", in: folder)
    #expect(pattern.errors.contains("row 'l1': no layer of its net is called 'cnov'"), "\(pattern)")
    try FileManager.default.createDirectory(atPath: folder("images/train/a"), withIntermediateDirectories: true)
    try FileManager.default.createDirectory(atPath: folder("images/test/b"), withIntermediateDirectories: true)
    let images = try ProgramRun.run(line.replacing("--data data", with: "--data images") + "l1", in: folder)
    #expect(images.errors.contains("give another --out, or remove it"), "\(images)")
    let others = try ProgramRun.run(
      line.replacing("--data data --out out", with: "--data images --out other") + "l1", in: folder)
    #expect(others.errors.contains("train/ and test/ do not have the same folders"), "\(others)")
  }
}
