import ArgumentParser
import Base
import Engine
import Solver

/// Who computes with how many threads, and which part of a net.
struct BackendOptions: ParsableArguments {
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
  var backend: Name?

  @Option(
    name: .customLong("conv-algorithm"),
    help: ArgumentHelp(
      "auto tries every shape once on this machine and keeps what was fastest: direct, narrow or Winograd.",
      discussion: """
        Narrow takes 8 filters at a time. The outcomes are kept in the user's cache folder, so that later runs compute \
        alike. fixed chooses by a rule on shapes; direct never takes Winograd, for runs that must match others to \
        rounding. Commands that hold two nets against each other take direct, all others auto.
        """))
  var convolutionAlgorithm: ConvolutionAlgorithm?

  @OptionGroup var part: StateOptions

  /// Who computes.
  enum Name: String, ExpressibleByArgument, CaseIterable {
    case dnnl
    case reference
  }

  func validate() throws {
    guard (0...DNNLBackend.mostThreads).contains(threads) else {
      throw ValidationError("--threads must be from 0 to \(DNNLBackend.mostThreads), but is \(threads)")
    }
    if pinThreads { restartBound() }
  }

  /// The backend asked for, with one warning where a GPU was; `usual` and `algorithm` are taken where nothing is asked.
  func makeBackend(
    _ log: RunLog, gpuWanted: Bool = false, usual: Name = .dnnl, algorithm: ConvolutionAlgorithm = .auto,
    compact: CompactUse = .auto
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
}

extension ConvolutionAlgorithm: ExpressibleByArgument {}
