import ArgumentParser
import CaffeProto

/// Options of all commands that say which part of a net is meant.
struct StateOptions: ParsableArguments {
  @Option(help: "The net's level.")
  var level = 0

  @Option(help: ArgumentHelp("The net's stages, separated by commas.", valueName: "names"))
  var stage = ""

  @Option(help: "TRAIN or TEST, for commands that do not ask for one of them by themselves.")
  var phase: PhaseName?

  /// A phase as it is spelt in prototxts.
  enum PhaseName: String, ExpressibleByArgument, CaseIterable {
    case TRAIN
    case TEST
  }

  /// The stages that are given.
  var stages: [String] { stage.split(separator: ",").map(String.init) }

  /// The phase that is given, or else `standard`.
  func phase(or standard: Phase) -> Phase { phase.map { $0 == .TRAIN ? .train : .test } ?? standard }

  /// The state of a net in a phase.
  func state(_ phase: Phase) -> NetState {
    .with {
      $0.phase = phase
      $0.level = level
      $0.stage = stages
    }
  }
}
