import ArgumentParser
import Base
import CaffeProto
import Engine
import IncRegSolver
import Layers
import Solver

/// Trains or fine-tunes a model (Caffe: `caffe train`).
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Trains a net, with the pruning method its solver names.")

  @Option(help: ArgumentHelp("The solver.", valueName: "prototxt"))
  var solver: String

  @Option(help: ArgumentHelp("Weights to start from, separated by commas.", valueName: "caffemodels"))
  var weights: String?

  @Option(help: ArgumentHelp("The solver state to resume from.", valueName: "solverstate"))
  var snapshot: String?

  @Option(name: .customLong("sigint_effect"), help: "What SIGINT does: stop, snapshot or none.")
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
      "Where caffe_increg works, but not as meant: do as it does, and add in its order (reference), or as meant (fixed). See docs/compatibility.md."
  )
  var profile = PruneProfile.fixed

  @Option(name: .customLong("log-json"), help: "A file to append events to, one JSON object a line.")
  var logJSON: String?

  @OptionGroup var options: RunOptions

  func validate() throws {
    guard snapshot == nil || weights == nil else {
      throw ValidationError("Give a snapshot to resume training or weights to finetune but not both.")
    }
  }

  func run() throws {
    // Before anything starts a thread.
    let signals = SignalActions(interrupt: interruptEffect, hangup: hangupEffect)
    let progress = ProgressLine("train")
    let log = progress.log
    let events = try logJSON.map(EventLog.init)
    var parameter = try SolverParameter(readingFrom: solver, log: log)
    parameter.trainState.level = options.part.level
    parameter.trainState.stage += options.part.stages
    if snapshot != nil { parameter.weights = [] }
    if let weights { parameter.weights = [weights] }
    let wantsGPU = options.gpu.isEmpty && parameter.hasSolverMode && parameter.solverMode == .gpu
    // Sums in another order are enough to lead a net with BatchNorm elsewhere.
    let backend = try options.makeBackend(
      log, gpuWanted: wantsGPU, usual: profile == .reference ? .reference : .dnnl)
    let output = PruneOutput(
      onlyApp: quietApp,
      write: { line in
        progress.clear()
        PruneOutput.standardOutput(line)
      })
    let hook = try PruningMethods.hook(for: parameter, output: output, profile: profile)
    let solver = try Solver(
      parameter, registry: .caffe, backend: backend, hook: hook, decayTypes: PruningMethods.decayTypes, log: log)
    solver.allowsNaN = allowNaN
    solver.requestedAction = { [unowned solver] in
      progress.update(solver.iteration, of: solver.parameter.maxIter)
      return signals.next()
    }
    if let events { solver.onEvent = events.write }
    try solver.solve(resume: snapshot)
  }
}

extension SolverAction: ExpressibleByArgument {}
extension PruneProfile: ExpressibleByArgument {}
