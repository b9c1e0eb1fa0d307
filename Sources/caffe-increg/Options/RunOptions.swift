import ArgumentParser
import Base
import CaffeProto
import Engine
import Layers
import NetIO
import NetModel
import Solver

/// Options of all commands that run a net.
struct RunOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Taken for compatibility: nets run on the processor.", valueName: "ids"))
  var gpu = ""

  @Option(help: "Threads for the computation; 0 takes one per processor core.")
  var threads = 0

  @Flag(
    help: ArgumentHelp(
      "Keeps each computing thread on one processor, evenly over all that the process may use.",
      discussion: "OMP_PROC_BIND and OMP_PLACES, where they are set, say on which. Threads that read data stay free."))
  var pinThreads = false

  @Option(
    help: ArgumentHelp(
      "Who computes: dnnl (oneDNN) or reference (plain loops, which add in Caffe's order).",
      discussion: "dnnl, but for training with --profile reference."))
  var backend: BackendName?

  @Option(
    name: .customLong("conv-algorithm"),
    help: ArgumentHelp(
      "auto tries every shape once on this machine and keeps what was fastest, direct or Winograd.",
      discussion: """
        The outcomes are kept in the user's cache folder, so that later runs compute alike. fixed chooses by a rule on \
        shapes; direct never takes Winograd, for runs that must match others to rounding. Commands that hold two nets \
        against each other take direct, all others auto.
        """))
  var convolutionAlgorithm: ConvolutionAlgorithm?

  @Option(
    help: ArgumentHelp(
      "auto leaves out columns and rows of weights that are zero where that is faster; on, wherever there are some.",
      discussion: "off computes with them, too. Results are the same but for rounding."))
  var compact = CompactUse.auto

  @OptionGroup var part: StateOptions

  /// Who computes.
  enum BackendName: String, ExpressibleByArgument, CaseIterable {
    case dnnl
    case reference
  }

  func validate() throws {
    guard (0...DNNLBackend.mostThreads).contains(threads) else {
      throw ValidationError("--threads must be from 0 to \(DNNLBackend.mostThreads), but is \(threads)")
    }
    if pinThreads { restartBound() }
  }

  /// Says what runs where and how it was called, which is how a log begins.
  func begin(_ log: RunLog) {
    let conditions = conditions(of: "")
    log.info("caffe-increg \(programVersion) on \(conditions.processor), threads: \(conditions.threads)")
    log.info("Command line: \(conditions.arguments.map(shellWord).joined(separator: " "))")
  }

  /// The same for a machine that follows the run.
  func conditions(of command: String) -> RunConditions {
    RunConditions(
      command: command, version: programVersion, processor: (try? Processor.current().name) ?? "unknown CPU",
      threads: threads > 0 ? threads : DNNLBackend.threads, arguments: CommandLine.arguments)
  }

  /// The same of a command that runs a net from a file.
  func conditions(of command: String, _ model: String, _ weights: String?) -> RunEvent {
    var conditions = conditions(of: command)
    conditions.model = model
    conditions.weights = weights?.split(separator: ",").map(String.init) ?? []
    conditions.weightBytes = conditions.weights.compactMap { (try? fileStatus($0)).map { Int($0.st_size) } }
    return .other(conditions)
  }

  /// The backend asked for, with one warning where a GPU was; `usual` and `algorithm` are taken where nothing is asked.
  func makeBackend(
    _ log: RunLog, gpuWanted: Bool = false, usual: BackendName = .dnnl, algorithm: ConvolutionAlgorithm = .auto
  ) throws -> any Backend {
    if gpuWanted || !gpu.isEmpty && gpu != "-1" {
      log.warning("A GPU was asked for, but this build computes on the CPU: going on there.")
    } else {
      log.info("Use CPU.")
    }
    if threads > 0 { DNNLBackend.threads = threads }
    if pinThreads || DNNLBackend.bindsThreads {
      let processors = try DNNLBackend.settleBoundThreads(apart: pinThreads).map { $0.map(String.init) ?? "several" }
      log.info("Computing threads are pinned to the processors \(processors.joined(separator: ", ")).")
    }
    switch backend ?? usual {
    case .dnnl:
      return try DNNLBackend(
        algorithm: convolutionAlgorithm ?? algorithm, record: TrialFile(log: log), compact: compact)
    case .reference: return ReferenceBackend()
    }
  }

  /// A net from a file, with weights.
  func net(
    _ model: String, phase: Phase, weights: String?, use: NetUse, log: RunLog, registry: LayerRegistry = .caffe
  ) throws -> Net {
    let state = part.state(phase)
    return try placing(model, state) {
      let net = try Net(
        Prototxt.net(model, log: log), state: state, registry: registry, backend: makeBackend(log),
        random: RandomSource(seed: -1), use: use)
      log.describe(net)
      for path in weights?.split(separator: ",") ?? [] { try net.loadWeights(String(path), log: log) }
      return net
    }
  }
}

/// A word as a shell takes it.
private func shellWord(_ word: String) -> String {
  let plain = word.utf8.allSatisfy { byte in
    let letter = byte | 0x20
    return letter >= 0x61 && letter <= 0x7a || byte >= 0x2b && byte <= 0x3a || byte == 0x3d || byte == 0x40
      || byte == 0x5f
  }
  return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
}

extension ConvolutionAlgorithm: ExpressibleByArgument {}

extension CompactUse: ExpressibleByArgument {}
