import Foundation
import TestSupport
import Testing

@testable import caffe_increg

/// From runs to a page, with the program as users run it.
@Suite struct ReportCommandTests {
  /// A folder with the logs of a pruning run, of tests and times, and the records of prune and slim.
  private func logged() throws -> TemporaryFolder {
    let folder = try ProgramRun.makeFolder()
    try writeText(
      try readText(folder("solver.prototxt")).replacing(
        "max_iter: 60", with: "max_iter: 60 test_iter: 2 test_interval: 20")
        + "\nprune_method: \"OneShot\" regularization_type: \"L2\" prune_ratio: 0.5\n", to: folder("prune.prototxt"))
    for line in [
      "train -solver prune.prototxt -weights init.caffemodel -log-json run.jsonl",
      "test -model net.prototxt -weights final_iter_60.caffemodel -iterations 4 -log-json nets.jsonl",
      "time -model net.prototxt -weights final_iter_60.caffemodel -iterations 3 -phase TEST -log-json nets.jsonl",
      "slim -model net.prototxt -weights final_iter_60.caffemodel -out-model slim.prototxt -out-weights slim.caffemodel",
      "test -model slim.prototxt -weights slim.caffemodel -iterations 4 -log-json nets.jsonl",
      "time -model slim.prototxt -weights slim.caffemodel -iterations 3 -phase TEST -log-json nets.jsonl",
    ] {
      let run = try ProgramRun.run(line, in: folder)
      #expect(run.status == 0, "\(line): \(run.errors)")
    }
    return folder
  }

  @Test func aRunFromLogToPage() throws {
    let folder = try logged()
    let report = try ProgramRun.run(
      "report run.jsonl nets.jsonl slim.caffemodel.json --out r.html --json r.json --csv c --svg s --tensorboard t",
      in: folder)
    #expect(report.status == 0 && report.output.hasPrefix("Report: r.html\nWrote "), "\(report.errors)")
    let html = try readText(folder("r.html"))
    for words in [
      "pruned by OneShot", "Training loss", "Test accuracy", "Learning rate", "Time of layers",
      "Accuracy over multiply-adds",
      "Pruned channels of run.jsonl", "Cuts of run.jsonl", "final_iter_60.caffemodel", "slim.caffemodel",
      "Solver of run.jsonl",
      "largest difference",
    ] { #expect(html.contains(words), "\(words)") }
    #expect(!html.contains("No curves") && !html.contains("No layers") && !html.contains("No pruning"))
    #expect(try JSONSerialization.jsonObject(with: readData(folder("r.json"))) is [String: Any])
    #expect(FileManager.default.fileExists(atPath: folder("s/curves-1-training-loss.svg")))
    #expect(try readText(folder("c/curves-1-training-loss.csv")).hasPrefix("series,updates,loss\r\nrun.jsonl,0.0,"))
    // The page again, over the one that is there.
    #expect(try ProgramRun.run("report run.jsonl --out r.html", in: folder).status == 0)
  }

  /// Records of `reproduce`, with the table that they are of and with one that nobody has.
  @Test func recordsAreATableBesideThePapers() throws {
    let folder = try TemporaryFolder()
    let record = try readText(TestFiles.golden + "/reproduce/record.jsonl").split(separator: "\n")[0]
    func lines(_ table: String, _ row: String, _ ends: [Double]) -> String {
      ends.enumerated().map { seed, end in
        record.replacing("tier1", with: table).replacing("oneshot-l1-4x", with: row)
          .replacing(#""seed":1"#, with: #""seed":\#(seed + 1)"#)
          .replacing(#""end":{"top1":0.5}"#, with: #""end":{"top1":\#(end)}"#) + "\n"
      }.joined()
    }
    try folder.write(
      lines("greg-1", "resnet56-0.7-greg1", [0.5, 0.75]) + lines("greg-1", "resnet56-0.7-l1", [0.25]), to: "a.jsonl")
    try folder.write(lines("mine", "first", [0.875]), to: "b.jsonl")
    let report = try ProgramRun.run("report a.jsonl b.jsonl --out r.html --json r.json --csv c --svg s", in: folder)
    #expect(report.status == 0, "\(report.errors)")
    let html = try readText(folder("r.html")).replacing("\u{a0}", with: " ")
    for words in [
      "Rows of greg-1", "62.5 (50 to 75)", "3.59x", "Accuracy in the end, greg-1", "resnet56-0.7-l1, published",
      "mine: a table that is not at hand", "87.5",
    ] { #expect(html.contains(words), "\(words)") }
    #expect(!html.contains("No curves"))
    let csv = try readText(folder("c/tables-1-rows-of-greg-1-accuracies-in-mean-and-ra.csv"))
    #expect(csv.split(separator: "\r\n").count == 3 && csv.contains(",62.5,"), "\(csv)")
    try folder.write(lines("greg-1", "resnet56-0.7-greg1", [0.5]) + "{}\n", to: "broken.jsonl")
    let broken = try ProgramRun.run("report broken.jsonl --out b.html", in: folder)
    #expect(broken.status == 1 && broken.errors.contains("broken.jsonl:2: is no record: .table is missing"))
  }

  private func readData(_ path: String) throws -> Data { Data(try readText(path).utf8) }

  @Test(arguments: [
    ("report run.jsonl", "Say what to write"), ("report none --out r", "cannot open 'none': No such file"),
    ("report net.prototxt --out r", "net.prototxt:1: it is no JSON"),
    ("report init.caffemodel --out r", "it is no JSON"), ("report . --out r", "."),
    ("report ok --out no/r", "no/r"), ("report ok --svg ok", "ok"), ("report ok --papers ok --out r", "ok"),
    ("report ok --out ./ok", "'./ok' is read: writing it would replace what is there"),
    ("report ok --out r --json r", "'r' is given for two of the files to write"),
  ])
  func failsWithOneMessage(_ line: String, _ message: String) throws {
    let folder = try ProgramRun.makeFolder()
    try writeText(#"{"event":"start","time":1.0,"iteration":0,"max_iter":1}"# + "\n", to: folder("ok"))
    let run = try ProgramRun.run(line, in: folder)
    #expect(run.status == 1 && run.output == "" && run.errors.contains(message), "\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder("r")))
    #expect(try readText(folder("ok")).hasPrefix("{"))
  }

  /// Any number may stand in a log.
  @Test(arguments: [1e300, -1e300, 9.3e18, -1]) func numbersOfEverySizeAreRead(_ number: Double) throws {
    let folder = try logged()
    let logs = try (readText(folder("run.jsonl")) + readText(folder("nets.jsonl"))).split(separator: "\n")
    var fields: Set<String> = []
    for (index, line) in logs.enumerated() {
      var object = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      for name in object.keys.sorted() where object[name] is NSNumber {
        guard fields.insert("\(object["event"] ?? "") \(name)").inserted else { continue }
        let before = object.updateValue(number, forKey: name)
        var lines = logs.map(String.init)
        lines[index] = String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
        object[name] = before
        try folder.write(lines.joined(separator: "\n"), to: "odd.jsonl")
        let run = try ProgramRun.run("report odd.jsonl --out r.html --json r.json --tensorboard t", in: folder)
        #expect(run.status == 0 || run.status == 1 && run.errors.contains("odd.jsonl"), "\(name): \(run)")
      }
    }
    #expect(fields.count > 20)
  }

  /// RFC 3720, B.4.
  @Test func checksums() {
    #expect(CRC32C.of(Array("123456789".utf8)) == 0xe306_9283)
    #expect(CRC32C.of([UInt8](repeating: 0, count: 32)) == 0x8a91_36aa)
    #expect(CRC32C.of([UInt8](repeating: 0xff, count: 32)) == 0x62a8_ab43)
  }

  @Test func tensorBoardReadsIt() throws {
    let folder = try TemporaryFolder()
    let log = """
      {"event":"start","time":1763847494.5,"iteration":0,"max_iter":20}
      {"event":"display","time":1763847494.6,"iteration":0,"loss":2.5,"lr":0.25,"outputs":[]}
      {"event":"display","time":1763847495.6,"iteration":1000,"loss":0.5,"lr":0.125,"outputs":[]}
      {"event":"test","time":1763847496.6,"iteration":1000,"net":0,"batches":1,"loss":1,"outputs":[{"name":"accuracy","values":[0.75]}]}

      """
    try writeText(log, to: folder("a.jsonl"))
    let run = try ProgramRun.run("report a.jsonl --tensorboard tb", in: folder)
    #expect(run.status == 0, "\(run.errors)")
    let script = """
      from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
      events = EventAccumulator('\(folder("tb/a.jsonl"))')
      events.Reload()
      for tag in sorted(events.Tags()['scalars']):
          print(tag, [(e.step, e.value, e.wall_time) for e in events.Scalars(tag)])
      """
    guard let printed = try python(script, needs: "tensorboard") else { return }
    #expect(
      printed == """
        test/accuracy [(1000, 0.75, 1763847494.5)]
        train/loss [(0, 2.5, 1763847494.5), (1000, 0.5, 1763847494.5)]
        train/lr [(0, 0.25, 1763847494.5), (1000, 0.125, 1763847494.5)]

        """)
  }
}
