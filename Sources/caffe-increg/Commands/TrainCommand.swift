import ArgumentParser
import Base
import CaffeProto
import Engine
import Glibc
import IncRegSolver
import Layers
import NetIO
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

  @Option(
    name: .customLong("sigint_effect"),
    help: "What SIGINT, SIGTERM and SIGUSR1 do: stop, snapshot or none. SIGPIPE stops, unless it is none.")
  var interruptEffect = SolverAction.stop

  @Option(name: .customLong("sighup_effect"), help: "What SIGHUP does: stop, snapshot or none.")
  var hangupEffect = SolverAction.snapshot

  @Flag(name: .customLong("quiet-app"), help: "Of a pruning run's lines, print those only that begin with [app].")
  var quietApp = false

  @Flag(
    name: .customLong("allow-nan"),
    help: "Go on, and write snapshots, where the loss, a gradient or a weight is NaN or infinite.")
  var allowNaN = false

  @Flag(
    name: .customLong("cut-channels"),
    help: ArgumentHelp(
      "Once all channels are pruned, cut them out of the net and go on with the small one.",
      discussion: """
        The small net, its solver, weights and state are written beside the snapshots, with -slim behind the prefix; \
        a run that was stopped behind the cut is resumed with that solver.
        """))
  var cutChannels = false

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
    try ranks.run { ranks in try placing(fieldsOf: solver) { try train(as: ranks, signals) } }
  }

  /// Trains as one of the ranks; nil for the only one. Rank 0 alone says and writes something.
  private func train(as ranks: RunRanks?, _ signals: SignalActions) throws {
    let isFirst = ranks?.communicator.isFirst ?? true
    guard ranks == nil || !cutChannels else { throw ValidationError("--cut-channels is for a run of one rank.") }
    try ranks?.communicator.compare([
      ("the program's version", programVersion), ("--profile", profile.rawValue), ("--allow-nan", "\(allowNaN)"),
    ])
    let progress = ProgressLine("train")
    let log = isFirst ? progress.log : .silent
    options.begin(log)
    if let ranks { log.info("Ranks: \(ranks.communicator.count), each with the batches of the net") }
    let events = isFirst ? try logJSON.map(EventLog.init) : nil
    var parameter = try SolverParameter(readingFrom: solver, log: log)
    parameter.trainState.level = options.part.level
    parameter.trainState.stage += options.part.stages
    let state = try snapshot.map { $0 == "latest" ? try latestState(parameter) : written($0, log) }
    if let state {
      parameter.weights = []
      try InputFile.check([state])
    }
    if let weights { parameter.weights = [weights] }
    let wantsGPU = options.computing.gpu.isEmpty && parameter.hasSolverMode && parameter.solverMode == .gpu
    // By default convolutions are computed alike on all machines: even another order of sums can lead a net with
    // BatchNorm to other weights.
    let backend = try options.makeBackend(
      log, gpuWanted: wantsGPU, usual: profile == .reference ? .reference : .dnnl)
    // Files and pipes get the original's lines. On a terminal a run says what they mean.
    let isWatched = isatty(STDOUT_FILENO) == 1
    let output = PruneOutput(
      onlyApp: quietApp || isWatched,
      write: { line in
        guard isFirst else { return }
        progress.clear()
        PruneOutput.standardOutput(isWatched ? line.replacing("[app]", with: "", maxReplacements: 1).trimmed : line)
      })
    /// - Returns: the cut that is due, and the state with which the run was stopped for it; nil where none is
    func train(_ parameter: SolverParameter, resume state: String?, cuts: Bool) throws -> (ChannelCut, state: String)? {
      let solver = try Solver(parameter, on: backend, output, profile: profile, ranks: ranks, log: log)
      let cut = cuts ? try ChannelCut(parameter, solver.pruningRun, state: options.part.state(.test)) : nil
      solver.allowsNaN = allowNaN
      var (isCut, newest) = (false, (iteration: -1, state: ""))
      solver.requestedAction = { [unowned solver] in
        let (end, status) = (solver.parameter.maxIter, solver.pruningRun?.status)
        let isOpen = status?.endsByItself == true
        let asked = signals.next()
        guard isFirst else { return asked }
        progress.update(solver.iteration, of: isOpen ? nil : end, atMost: isOpen ? end : nil, status?.words)
        guard asked == .none, cut?.isDue == true, solver.iteration < end else { return asked }
        isCut = true
        return .stop
      }
      solver.follow(with: events, keeping: isFirst ? keep : nil) { [unowned solver] event in
        if case .start = event { try tellConditions(events, solver) }
        if case .snapshot(let iteration, _, let state) = event { newest = (iteration, state) }
      }
      try solver.solve(resume: state)
      if let cut, !isCut, !cut.isDue {
        log.warning("--cut-channels: the run has ended before all channels were pruned, and nothing is cut")
      }
      guard let cut, isCut else { return nil }
      return (cut, newest.iteration == solver.iteration ? newest.state : try solver.snapshot())
    }
    guard let (cut, whole) = try train(parameter, resume: state, cuts: cutChannels) else { return }
    let small = try cut.cut(whole, on: options.makeBackend(.silent, algorithm: .direct), log: log)
    _ = try train(small.solver, resume: small.state, cuts: false)
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

  /// A solver state as it was written: scripts of Caffe's examples (`train_full.sh` of cifar10) leave out the ending
  /// that snapshots in HDF5 have.
  private func written(_ path: String, _ log: RunLog) -> String {
    guard access(path, F_OK) != 0, access(path + ".h5", F_OK) == 0 else { return path }
    log.warning("'\(path)' is not there: going on from '\(path).h5'")
    return path + ".h5"
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
