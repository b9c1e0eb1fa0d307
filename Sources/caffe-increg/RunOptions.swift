import ArgumentParser
import CaffeProto
import Engine
import Solver

/// Options of all commands that run a net.
struct RunOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Taken for compatibility: nets run on the processor.", valueName: "ids"))
  var gpu = ""

  @Option(help: "Threads for the computation; 0 takes one per processor core.")
  var threads = 0

  @Option(help: "Who computes: dnnl (oneDNN) or reference (plain loops, for checking).")
  var backend = BackendName.dnnl

  @Option(help: "The net's level.")
  var level = 0

  @Option(help: ArgumentHelp("The net's stages, separated by commas.", valueName: "names"))
  var stage = ""

  enum BackendName: String, ExpressibleByArgument, CaseIterable {
    case dnnl
    case reference
  }

  func validate() throws {
    guard threads >= 0 else { throw ValidationError("--threads must not be negative, but is \(threads)") }
  }

  /// The stages that are given.
  var stages: [String] { stage.split(separator: ",").map(String.init) }

  /// The state of a net run in a phase.
  func state(_ phase: Phase) -> NetState {
    .with {
      $0.phase = phase
      $0.level = level
      $0.stage = stages
    }
  }

  /// The backend asked for, with one warning where a GPU was.
  func makeBackend(_ log: RunLog, gpuWanted: Bool = false) throws -> any Backend {
    if gpuWanted || !gpu.isEmpty && gpu != "-1" {
      log.warning("A GPU was asked for, but this build computes on the CPU: going on there.")
    } else {
      log.info("Use CPU.")
    }
    fatalError()
  }
}
