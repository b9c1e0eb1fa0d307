import ArgumentParser
import Base
import CaffeProto
import Engine
import Layers
import NetIO
import NetModel
import Solver

/// Options of the commands that run a net.
struct RunOptions: ParsableArguments {
  @OptionGroup var computing: BackendOptions

  @Option(
    help: ArgumentHelp(
      "auto leaves out columns and rows of weights that are zero where that is faster; on, wherever there are some.",
      discussion: "off computes with them, too. Results are the same but for rounding."))
  var compact = CompactUse.auto

  /// The batches over which importances look at data, where nothing else is said.
  static let scoreBatches = 20

  var threads: Int { computing.threads }
  var part: StateOptions { computing.part }

  /// The backend asked for; see ``BackendOptions/makeBackend(_:gpuWanted:usual:algorithm:compact:)``.
  func makeBackend(
    _ log: RunLog, gpuWanted: Bool = false, usual: BackendOptions.Name = .dnnl, algorithm: ConvolutionAlgorithm = .auto
  ) throws -> any Backend {
    try computing.makeBackend(log, gpuWanted: gpuWanted, usual: usual, algorithm: algorithm, compact: compact)
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
    conditions.weights = weights?.listedFiles ?? []
    conditions.weightBytes = conditions.weights.compactMap { (try? fileStatus($0)).map { Int($0.st_size) } }
    return .other(conditions)
  }

  /// A net from a file, with weights.
  func net(
    _ model: String, phase: Phase, weights: String?, use: NetUse, log: RunLog, registry: LayerRegistry = .caffe
  ) throws -> Net {
    let state = part.state(phase)
    return try placing(model, state) {
      let parameter = try Prototxt.net(model, log: log)
      try InputFile.check(weights?.listedFiles ?? [])
      let net = try Net(
        parameter, state: state, registry: registry, backend: makeBackend(log), random: RandomSource(seed: -1), use: use
      )
      log.describe(net)
      try net.loadWeights(listed: weights, log: log)
      return net
    }
  }
}

/// A word as a shell takes it.
func shellWord(_ word: String) -> String {
  let plain = word.utf8.allSatisfy { byte in
    let letter = byte | 0x20
    return letter >= 0x61 && letter <= 0x7a || byte >= 0x2b && byte <= 0x3a || byte == 0x3d || byte == 0x40
      || byte == 0x5f
  }
  return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
}

extension CompactUse: ExpressibleByArgument {}
