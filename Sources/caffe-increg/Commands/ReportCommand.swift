import ArgumentParser
import Base
import NetIO
import Report

/// Makes a page of what runs logged.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Makes a page of the logs and records of runs: figures, curves and tables.",
    discussion: """
      The page is one file that asks nobody for anything. It is made of logs (--log-json of train, test and time), of the \
      records that slim and prune leave beside weights (.json), of maps of sensitivity, of compress's best.json, and of \
      the records of reproduce, in any order: what a file is follows from its content. Of nets, the first one that is tested or measured is what the others are held against.
      """)

  @Argument(help: ArgumentHelp("Logs and records.", valueName: "files"), completion: .file())
  var files: [String]

  @Option(help: ArgumentHelp("The page to write.", valueName: "html"), completion: .file())
  var out: String?

  @Option(help: ArgumentHelp("All figures of the page.", valueName: "file"), completion: .file())
  var json: String?

  @Option(help: ArgumentHelp("A folder for every table, and the figures of every chart, as CSV.", valueName: "folder"))
  var csv: String?

  @Option(help: ArgumentHelp("A folder for every chart as a file.", valueName: "folder"))
  var svg: String?

  @Option(help: ArgumentHelp("A folder for TensorBoard's event files, a folder in it per run.", valueName: "folder"))
  var tensorboard: String?

  @Option(
    help: ArgumentHelp(
      "Published points for the trade-off: JSON with name, source, accuracy, and multiply_adds or ms of each.",
      valueName: "file"), completion: .file())
  var papers: String?

  func validate() throws {
    guard [out, json, csv, svg, tensorboard].contains(where: { $0 != nil }) else {
      throw ValidationError("Say what to write: --out, --json, --csv, --svg or --tensorboard.")
    }
    try checkNames(outputs: [out, json].compactMap(\.self), inputs: files + [papers].compactMap(\.self))
  }

  func run() throws {
    var data = ReportData()
    var records: [RowRecord] = []
    for path in files {
      let bytes = try InputFile.bytes(in: path)
      if ReportData.areRecords(bytes) { records += try RowRecord.all(in: path) } else { try data.add(path, bytes) }
    }
    if !records.isEmpty { data.tables = try RecordReport.facts(records, try? PaperFolder(nil)) }
    if let papers { try data.addPapers(papers, InputFile.bytes(in: papers)) }
    let page = Page(data, tool: "caffe-increg \(programVersion)")
    var staged: [(path: String, file: StagedFile)] = []
    func stage(_ text: String, _ path: String) throws {
      staged.append((path, try AtomicFile.stage(path) { $0.write(text) }.file))
    }
    if let json { try stage(page.json, json) }
    for (folder, texts) in [(csv, page.csv), (svg, page.svg)] {
      guard let folder else { continue }
      try Folders.make(folder)
      for (name, text) in texts { try stage(text, folder + "/" + name) }
    }
    if let tensorboard { staged += try events(data.runs, tensorboard) }
    if let out { try stage(page.html, out) }
    try StagedFile.commit(staged.map(\.file))
    for note in data.notes { RunLog.standardError.warning(note) }
    if let out { say("Report: \(out)") }
    let others = staged.count - (out == nil ? 0 : 1)
    if others > 0 { say("Wrote \(others) other file\(others == 1 ? "" : "s")") }
  }

  private func events(_ runs: [RunRecord], _ folder: String) throws -> [(path: String, file: StagedFile)] {
    try Folders.make(folder)
    return try runs.filter { $0.trains && !$0.scalars.isEmpty }.enumerated().map { number, run in
      // A label comes from a file's name, but must not lead elsewhere.
      let name = String(run.label.map { $0 == "/" || $0 == "\0" ? "-" : $0 })
      let place = folder + "/" + (name.hasPrefix(".") ? "run-" + name : name)
      try Folders.make(place)
      let path = place + "/events.out.tfevents.\(Int(exactly: run.began.rounded(.down)) ?? 0).caffe-increg.\(number)"
      return (path, try EventFile.stage(run, to: path))
    }
  }
}
