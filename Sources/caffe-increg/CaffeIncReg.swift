import ArgumentParser
import Base
import Glibc

/// The root of the command line.
struct CaffeIncReg: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "caffe-increg",
    abstract: "Trains, prunes and slims convolutional nets in Caffe's formats.",
    discussion: "Flags are spelt as Caffe's are: -solver x, --solver=x and flags before the command all work.",
    version: programVersion,
    subcommands: [
      TrainCommand.self, TestCommand.self, TimeCommand.self, PlanCommand.self, PruneCommand.self, SlimCommand.self,
      CompareCommand.self, SummaryCommand.self, ForwardCommand.self, ConvertCommand.self,
      ConvertImageSetCommand.self, ComputeImageMeanCommand.self, ConvertMNISTDataCommand.self,
      ConvertCIFARDataCommand.self, ExtractFeaturesCommand.self,
      UpgradeNetTextCommand.self, UpgradeNetBinaryCommand.self, UpgradeSolverTextCommand.self, DrawNetCommand.self,
      DeviceQueryCommand.self,
    ])
}

/// Runs the program and ends the process: 0 after success, 1 after any failure, with one message on standard error.
func exitWith(_ arguments: [String]) -> Never {
  do {
    let commands = CaffeIncReg.configuration.subcommands
    let switches = commands.compactMap { command -> (String, [String])? in
      guard let name = command.configuration.commandName else { return nil }
      return (command as? any SwitchedCommand.Type).map { (name, $0.switches) }
    }
    var command = try CaffeIncReg.parseAsRoot(
      normalized(
        arguments, commands: commands.compactMap { $0.configuration.commandName },
        switches: Dictionary(switches) { first, _ in first }))
    try command.run()
    endSuccessfully()
  } catch {
    switch CaffeIncReg.exitCode(for: error) {
    case .success:
      print(CaffeIncReg.fullMessage(for: error))
      endSuccessfully()
    case .validationFailure: complain(CaffeIncReg.fullMessage(for: error).printable(lines: true, limit: 1 << 14))
    default: complain("caffe-increg: \(error)".printable())
    }
    exit(EXIT_FAILURE)
  }
}

private func endSuccessfully() -> Never {
  if let failure = outputFailure() {
    complain("caffe-increg: \(failure)")
    exit(EXIT_FAILURE)
  }
  exit(EXIT_SUCCESS)
}

private func complain(_ message: String) {
  var text = message + "\n"
  text.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
