import ArgumentParser
import CaffeProto

/// Options of all commands that say which part of a net is meant.
struct StateOptions: ParsableArguments {
  @Option(help: "The net's level.")
  var level = 0

  @Option(help: ArgumentHelp("The net's stages, separated by commas.", valueName: "names"))
  var stage = ""

  /// The stages that are given.
  var stages: [String] { stage.split(separator: ",").map(String.init) }

  /// The state of a net in a phase.
  func state(_ phase: Phase) -> NetState {
    .with {
      $0.phase = phase
      $0.level = level
      $0.stage = stages
    }
  }
}

/// A phase as Caffe spells it.
enum PhaseName: String, ExpressibleByArgument, CaseIterable {
  case TRAIN
  case TEST

  /// The schema's value.
  var phase: Phase { self == .TRAIN ? .train : .test }
}
