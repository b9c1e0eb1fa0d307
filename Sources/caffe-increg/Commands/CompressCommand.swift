import ArgumentParser
import Base
import IncRegSolver
import NetIO
import Pruning
import Slimming
import Solver

/// Takes a trained net to a budget.
struct CompressCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compress", abstract: "Makes a trained net as small or fast as asked, losing no more than allowed.",
    discussion: """
      Plans widths within the budget, prunes, fits what is left to images, slims, trains the slim net by the solver, and \
      tests and times it. Where it has lost more than --drop, it is trained as the whole net was; where that does not \
      help, it is planned once more with a larger budget. The net is the solver's, with its data and an accuracy. --out \
      gets best.prototxt, best.caffemodel, best_deploy.prototxt and best.json. A run that was stopped goes on with the \
      same command. The exit code is 2 where the best net there is does not keep the floor or the budget. See \
      docs/budgets.md.
      """)

  @Option(help: ArgumentHelp("The solver that the net was trained with.", valueName: "prototxt"), completion: .file())
  var solver: String

  @Option(help: ArgumentHelp("The net's weights.", valueName: "caffemodel"), completion: .file())
  var weights: String

  @OptionGroup var budget: BudgetOptions

  @Option(help: "The accuracy that may be lost, as a share of 1: 0.01 is a point.")
  var drop = 0.01

  @Option(help: ArgumentHelp("Where all files go.", valueName: "folder"), completion: .directory)
  var out: String

  @Option(help: "What a channel is worth, as for prune.")
  var importance = L1Norm.name

  @Option(help: "Widths are multiples of this, or whole.")
  var round = 8

  @Option(help: "The fewest channels that a layer keeps; an eighth of them in any case.")
  var floor = 1

  @Option(
    help: ArgumentHelp(
      "A method that prunes channels by the solver's training, as Reg_Channel; without it channels go at once.",
      valueName: "name"))
  var method: String?

  @Option(
    help: ArgumentHelp(
      "The images over which weights are fitted behind removed channels; 0 for none.", valueName: "images"))
  var reconstruct = 500

  @Option(
    name: .customLong("tune-iterations"),
    help: "How long the slim net is trained; a fifth of the solver's max_iter without it.")
  var tuneIterations: Int?

  @Option(
    name: .customLong("tune-rate"),
    help: ArgumentHelp(
      "The learning rate that training the slim net begins with, and that falls to 0 in a straight line.",
      discussion: "The geometric mean of the solver's first and last rate without it."))
  var tuneRate: Double?

  @Option(
    name: .customLong("retrain-iterations"),
    help: ArgumentHelp(
      "How long the slim net is trained from the solver's base_lr where the tuned net has lost more than --drop; 0 for not at all.",
      discussion: "Without it training costs what the whole net's did, but has at most twice the solver's max_iter."))
  var retrainIterations: Int?

  @Option(help: "For what is drawn, and for training where the solver has no random_seed.")
  var seed = 1

  @OptionGroup var options: RunOptions

  func validate() throws {
    guard budget.text != nil else { throw ValidationError("--budget is missing, as in --budget latency=0.5") }
    guard drop >= 0, drop < 1 else { throw ValidationError("--drop must be at least 0 and below 1, but is \(drop)") }
    try checkName(importance, of: "--importance", among: Importances.names)
    if let method {
      try checkName(method, of: "--method", among: PruningMethods.names)
      let names = PruningMethods.channelNames
      guard names.contains(method) else {
        throw ValidationError("--method: '\(method)' does not prune channels, as \(names.joined(separator: ", ")) do")
      }
    }
    for (name, value) in [("round", round), ("floor", floor)] where value < 1 {
      throw ValidationError("--\(name) must be at least 1, but is \(value)")
    }
    for (name, value) in [("tune-iterations", tuneIterations ?? 0), ("retrain-iterations", retrainIterations ?? 0)] {
      guard value >= 0, value <= Int32.max else {
        throw ValidationError("--\(name) must be at least 0 and at most \(Int32.max), but is \(value)")
      }
    }
    guard reconstruct == 0 || reconstruct >= Reconstruction.fewestImages else {
      throw ValidationError(
        "--reconstruct must be 0 or at least \(Reconstruction.fewestImages) images, but is \(reconstruct)")
    }
    if let tuneRate, !(tuneRate > 0 && tuneRate.isFinite) {
      throw ValidationError("--tune-rate must be positive, but is \(tuneRate)")
    }
    guard options.part.phase == nil else { throw ValidationError("--phase: compress needs both phases") }
  }

  func run() throws {
    // Before anything starts a thread.
    let signals = SignalActions(interrupt: .stop, hangup: .stop)
    try Folders.make(out)
    try AtomicFile.probe(CompressState.path(in: out))
    guard let lock = try FileLock(on: CompressState.path(in: out)) else { throw CompressError.busy(folder: out) }
    try withExtendedLifetime(lock) { try placing(fieldsOf: solver) { try finish(signals) } }
  }

  private func finish(_ signals: SignalActions) throws {
    let lines = try EventLog.ofText(out + "/run.log")
    let log = RunLog { line in _ = try? lines.append(line.trimmed) }
    options.begin(log)
    let context = TrainingRun.Context(
      backend: try options.makeBackend(log, algorithm: .fixed), signals: signals, progress: ProgressLine("compress"),
      log: log)
    var compression = try CompressRun(self, context)
    if method == nil, compression.solver.pruneMethod != "None" {
      RunLog.standardError.warning(
        "the solver's prune_method '\(compression.solver.pruneMethod)' is not used: --method takes one")
    }
    var state = try CompressState(in: out, asked: asked(compression))
    if !state.done.isEmpty { say("going on behind '\(state.done.last?.stage ?? "")'") }
    try compression.finish(&state)
    let result = try CompressResult(compression, state)
    for line in result.lines { say(line) }
    guard result.shortfalls.isEmpty else { throw CompressError.shortfall(result.shortfalls) }
  }

  /// All that the outcome depends on, by option.
  private func asked(_ compression: CompressRun) throws -> [String: String] {
    var asked = [
      "--solver": try content(solver), "the net of --solver": try content(compression.solver.net),
      "--weights": try content(weights), "--budget": budget.text ?? "", "--allocate": budget.allocate.rawValue,
      "--isomorphic": "\(budget.isomorphic)", "--images": "\(budget.images)", "--drop": "\(drop)",
      "--importance": importance, "--round": "\(round)", "--floor": "\(floor)", "--reconstruct": "\(reconstruct)",
      "--seed": "\(seed)", "--level": "\(options.part.level)", "--stage": options.part.stage,
      "the version": programVersion,
    ]
    asked["--batch"] = budget.batch.map { "\($0)" }
    asked["--map"] = try budget.map.map(content)
    asked["--method"] = method
    asked["--tune-iterations"] = tuneIterations.map { "\($0)" }
    asked["--tune-rate"] = tuneRate.map { "\($0)" }
    asked["--retrain-iterations"] = retrainIterations.map { "\($0)" }
    return asked
  }

  private func content(_ path: String) throws -> String { "a file of SHA-256 \(try FileHash.sha256(path))" }
}
