import ArgumentParser
import Base
import Engine
import FoundationEssentials
import Glibc
import NetIO
import Solver

/// Shows what papers have published, counts their costs anew, and runs their rows.
struct ReproduceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reproduce", abstract: "Holds tables of papers against what this program counts and trains.",
    discussion: """
      list names the tables; show prints one; flops counts its multiply-adds and parameters anew, from the recipes' nets; \
      run trains, prunes, slims and tests rows by their recipes, and appends a record of each run; report makes tables of \
      records. A run that was stopped goes on with the same command, and rows whose record is there are not run again. \
      See docs/reproduce.md.
      """)

  /// What is done.
  enum Action: String, ExpressibleByArgument, CaseIterable {
    case list
    case show
    case flops
    case run
    case report
  }

  @Argument(help: "What to do: list, show, flops, run or report.")
  var action: Action

  @Argument(help: "The table.")
  var table: String?

  @Option(help: ArgumentHelp("The folder of the tables, with the recipes beside it.", valueName: "folder"))
  var papers: String?

  @Option(
    help: ArgumentHelp("The row to run, * and ? fit any letters; all that can be run without it.", valueName: "name"))
  var row: String?

  @Option(
    help: ArgumentHelp(
      "The data: MNIST's IDX files, CIFAR-10's binary batches, or train/CLASS/ and test/CLASS/ of images.",
      valueName: "folder"), completion: .directory)
  var data: String?

  @Option(
    name: .customLong("epochs-scale"),
    help: "What all numbers of iterations are multiplied by; penalties grow the faster.")
  var epochsScale = 1.0

  @Option(
    help: ArgumentHelp(
      "The seeds that each row is run with: 3 stands for 1 to 3, 2-3 for 2 and 3.", valueName: "number or range"))
  var seeds = SeedRange(seeds: 1...1)

  @Option(help: ArgumentHelp("Where nets, snapshots and databases go.", valueName: "folder"), completion: .directory)
  var out = "reproduce"

  @Option(
    help: ArgumentHelp(
      "Where records go, and reports read them; records.jsonl in --out without it.", valueName: "file"),
    completion: .file())
  var records: String?

  @Option(help: ArgumentHelp("A trained net to begin with, instead of one that is trained.", valueName: "caffemodel"))
  var weights: String?

  @Option(
    help: ArgumentHelp("For report: a document between whose marks the tables are renewed.", valueName: "file"),
    completion: .file())
  var into: String?

  @OptionGroup var options: RunOptions

  func validate() throws {
    guard epochsScale > 0, epochsScale.isFinite else {
      throw ValidationError("--epochs-scale must be positive, but is \(epochsScale)")
    }
    if table == nil, [.show, .flops, .run].contains(action) {
      throw ValidationError("'\(action.rawValue)' needs the name of a table; 'reproduce list' names all.")
    }
    if data == nil, action == .run { throw ValidationError("'run' needs --data.") }
  }

  private var recordFile: String { records ?? out + "/records.jsonl" }

  func run() throws {
    let papers = try PaperFolder(self.papers)
    switch action {
    case .list: for line in try TableReport.list(papers) { say(line) }
    case .show: for line in TableReport.show(try papers.table(table ?? "")) { say(line) }
    case .flops: for line in try TableReport.recount(papers.table(table ?? ""), papers).lines { say(line) }
    case .report: try report(papers)
    case .run: try runRows(of: papers.table(table ?? ""), papers)
    }
  }

  private func report(_ papers: PaperFolder) throws {
    let records = try RowRecord.all(in: recordFile)
    if let into {
      let filled = try RecordReport.filled(InputFile.text(in: into), from: into, papers, records)
      try AtomicFile.write(to: into) { $0.write(filled) }
      return
    }
    let names =
      try table.map { [try papers.table($0).name] }
      ?? papers.names.filter { name in
        records.contains { $0.table == name }
      }
    if names.isEmpty { say("'\(recordFile)' has no records") }
    for name in names { for line in RecordReport.markdown(try papers.table(name), records) { say(line) } }
  }

  private func runRows(of table: PaperTable, _ papers: PaperFolder) throws {
    let rows = table.rows.filter { row == nil ? $0.run != nil : $0.row == row || fnmatch(row, $0.row, 0) == 0 }
    guard let first = rows.first else {
      guard let row else {
        throw ReproduceError.noRun(row: "*", table: table.name, why: "none of its rows has a recipe")
      }
      throw ReproduceError.unknownRow(row, table: table.name, known: table.rows.map(\.row))
    }
    if rows.count == 1, first.run == nil {
      throw ReproduceError.noRun(row: first.row, table: table.name, why: first.why ?? "it has no recipe")
    }
    let source = try DataFolder(data ?? "")
    try Folders.make(out)
    // Before anything starts a thread.
    let signals = SignalActions(interrupt: .stop, hangup: .snapshot)
    let progress = ProgressLine("reproduce")
    let lines = try EventLog.ofText(out + "/run.log")
    let log = RunLog { line in _ = try? lines.append(line.trimmed) }
    options.begin(log)
    let context = TrainingRun.Context(
      backend: try options.makeBackend(log, algorithm: .fixed), signals: signals, progress: progress, log: log)
    let done = Set(try RowRecord.all(in: recordFile).map(\.key))
    var failures: [String] = []
    for row in rows where row.run != nil {
      do {
        let recipe = (row.run ?? Recipe()).over(table.run)
        guard let folder = recipe.recipe else {
          throw ReproduceError.noRun(row: row.row, table: table.name, why: "it names no recipe")
        }
        let kept = recipe.validation ?? 0
        let experiment = Experiment(
          papers: papers, table: table, row: row, recipe: recipe, folder: folder,
          data: try PreparedData(
            source, in: "\(out)/data-\(recipe.resize ?? 0)", keeping: kept, resize: recipe.resize ?? 0, log: log),
          output: out, scale: epochsScale, weights: weights,
          threads: options.threads > 0 ? options.threads : DNNLBackend.threads, context: context)
        for seed in seeds.seeds {
          guard !done.contains("\(table.name)/\(row.row)/\(seed)/\(epochsScale)") else {
            say("\(row.row), seed \(seed): is in '\(recordFile)' already")
            continue
          }
          let record = try experiment.run(seed: seed)
          try record.append(to: recordFile)
          progress.clear()
          for line in TableReport.result(record, row) { say(line) }
          fflush(nil)
        }
      } catch let error as TrainingRunError where error.isStop {
        throw error
      } catch {
        guard rows.count > 1 else { throw error }
        failures.append(row.row)
        log.warning("row '\(row.row)': \(error)")
        RunLog.standardError.warning("row '\(row.row)': \(error)")
      }
    }
    if !failures.isEmpty { throw ReproduceError.failed(rows: failures) }
  }
}
