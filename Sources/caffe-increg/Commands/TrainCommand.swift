import ArgumentParser
import Base
import CaffeProto
import Engine
import Glibc
import IncRegSolver
import Layers
import Solver

/// Trains or fine-tunes a model (Caffe: `caffe train`).
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Trains a net, with the pruning method its solver names.")

  @Option(help: ArgumentHelp("The solver.", valueName: "prototxt"), completion: .file())
  var solver: String

  @Option(
    help: ArgumentHelp("Weights to start from, separated by commas.", valueName: "caffemodels"), completion: .file())
  var weights: String?

  @Option(
    help: ArgumentHelp(
      "The solver state to resume from; 'latest' takes the one that was written last.", valueName: "solverstate"),
    completion: .file())
  var snapshot: String?

  @Option(
    help: ArgumentHelp(
      "Of this run's snapshots, keep the newest so many, and the best; all without it.", valueName: "count"))
  var keep: Int?

  @Option(name: .customLong("sigint_effect"), help: "What SIGINT, SIGTERM and SIGUSR1 do: stop, snapshot or none.")
  var interruptEffect = SolverAction.stop

  @Option(name: .customLong("sighup_effect"), help: "What SIGHUP does: stop, snapshot or none.")
  var hangupEffect = SolverAction.snapshot

  @Flag(name: .customLong("quiet-app"), help: "Of a pruning run's lines, print those only that begin with [app].")
  var quietApp = false

  @Flag(
    name: .customLong("allow-nan"),
    help: "Go on, and write snapshots, where the loss, a gradient or a weight is NaN or infinite.")
  var allowNaN = false

  @Option(
    help:
      "Where caffe_increg works, but not as meant: do as it does, and add in its order (reference), or as meant (fixed). See docs/compatibility/caffe-increg.md."
  )
  var profile = PruneProfile.fixed

  @Option(
    name: .customLong("log-json"), help: "A file to append events to, one JSON object a line.", completion: .file())
  var logJSON: String?

  @OptionGroup var ranks: RankOptions

  @OptionGroup var options: RunOptions

  func validate() throws {
    guard snapshot == nil || weights == nil else {
      throw ValidationError("Give a snapshot to resume training or weights to finetune but not both.")
    }
    if let keep, keep < 1 { throw ValidationError("--keep must be at least 1, but is \(keep)") }
  }

  func run() throws {
    // Before anything starts a thread.
    let signals = SignalActions(interrupt: interruptEffect, hangup: hangupEffect)
    try ranks.run { try train(as: $0, signals) }
  }

  /// Trains as one of the ranks; nil for the only one. Rank 0 alone says and writes something.
  private func train(as ranks: RunRanks?, _ signals: SignalActions) throws {
    let isFirst = ranks?.communicator.isFirst ?? true
    try ranks?.communicator.compare([("the program's version", programVersion)])
    let progress = ProgressLine("train")
    let log = isFirst ? progress.log : .silent
    options.begin(log)
    if let ranks { log.info("Ranks: \(ranks.communicator.count), each with the batches of the net") }
    let events = isFirst ? try logJSON.map(EventLog.init) : nil
    var parameter = try SolverParameter(readingFrom: solver, log: log)
    parameter.trainState.level = options.part.level
    parameter.trainState.stage += options.part.stages
    let state = try snapshot.map { $0 == "latest" ? try latestState(parameter) : $0 }
    if state != nil { parameter.weights = [] }
    if let weights { parameter.weights = [weights] }
    let wantsGPU = options.gpu.isEmpty && parameter.hasSolverMode && parameter.solverMode == .gpu
    // Sums in another order are enough to lead a net with BatchNorm elsewhere.
    let backend = try options.makeBackend(
      log, gpuWanted: wantsGPU, usual: profile == .reference ? .reference : .dnnl)
    // Files and pipes get the original's lines, people what they mean.
    let isWatched = isatty(STDOUT_FILENO) == 1
    let output = PruneOutput(
      onlyApp: quietApp || isWatched,
      write: { line in
        guard isFirst else { return }
        progress.clear()
        PruneOutput.standardOutput(isWatched ? line.replacing("[app]", with: "", maxReplacements: 1).trimmed : line)
      })
    let hook = try PruningMethods.hook(for: parameter, output: output, profile: profile)
    let solver = try Solver(
      parameter, registry: .caffe, backend: backend, hook: hook, decayTypes: PruningMethods.decayTypes, ranks: ranks,
      log: log)
    solver.allowsNaN = allowNaN
    let watched = hook as? any WatchedRun
    solver.requestedAction = { [unowned solver] in
      let (end, status) = (solver.parameter.maxIter, watched?.status)
      let isOpen = status?.endsByItself == true
      if isFirst {
        progress.update(solver.iteration, of: isOpen ? nil : end, atMost: isOpen ? end : nil, status?.words)
      }
      return isFirst ? signals.next() : .none
    }
    var keeper = (isFirst ? keep : nil).map { SnapshotKeeper(keeping: $0) }
    solver.onEvent = { [unowned solver] event in
      try events?.write(event)
      if case .start = event { try tellConditions(events, solver) }
      keeper?.take(event) { watched?.neededSnapshots(solver) ?? [] }
    }
    try solver.solve(resume: state)
  }

  /// What was run on what, which is said once the run has begun.
  private func tellConditions(_ events: EventLog?, _ solver: Solver) throws {
    var conditions = options.conditions(of: "train")
    conditions.model = solver.parameter.net.isEmpty ? nil : solver.parameter.net
    conditions.weights = weights.map { [$0] } ?? []
    (conditions.seed, conditions.method) = (solver.parameter.randomSeed, solver.parameter.pruneMethod)
    conditions.solver = try solver.parameter.text()
    try events?.write(.other(conditions))
    try events?.write(.other(NetSizes(solver.net.description)))
  }

  private func latestState(_ parameter: SolverParameter) throws -> String {
    guard let path = SnapshotKeeper.latestState(of: parameter) else {
      throw SolverError.field(
        "snapshot_prefix", "there is no solver state of '\(parameter.snapshotPrefix)' to resume from")
    }
    return path
  }
}

extension SolverAction: ExpressibleByArgument {}
extension PruneProfile: ExpressibleByArgument {}
