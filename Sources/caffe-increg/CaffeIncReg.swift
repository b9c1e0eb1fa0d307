import ArgumentParser
import Glibc

/// The root of the command line.
struct CaffeIncReg: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "caffe-increg",
    abstract: "Trains, prunes and slims convolutional nets in Caffe's formats.",
    discussion: "Flags are spelt as Caffe's are: -solver x, --solver=x and flags before the command all work.",
    subcommands: [
      TrainCommand.self, TestCommand.self, TimeCommand.self, SlimCommand.self, SummaryCommand.self,
      ForwardCommand.self, ConvertCommand.self, ConvertImageSetCommand.self, ComputeImageMeanCommand.self,
      ConvertMNISTDataCommand.self, ConvertCIFARDataCommand.self, ExtractFeaturesCommand.self,
      UpgradeNetTextCommand.self, UpgradeNetBinaryCommand.self, UpgradeSolverTextCommand.self, DrawNetCommand.self,
      DeviceQueryCommand.self,
    ])
}

/// Runs the program and ends the process: 0 after success, 1 after any failure, with one message on standard error.
func exitWith(_ arguments: [String]) -> Never {
  do {
    let names = CaffeIncReg.configuration.subcommands.compactMap { $0.configuration.commandName }
    var command = try CaffeIncReg.parseAsRoot(normalized(arguments, commands: names))
    try command.run()
    exit(EXIT_SUCCESS)
  } catch {
    switch CaffeIncReg.exitCode(for: error) {
    case .success:
      print(CaffeIncReg.fullMessage(for: error))
      exit(EXIT_SUCCESS)
    case .validationFailure: complain(CaffeIncReg.fullMessage(for: error))
    default: complain("caffe-increg: \(error)")
    }
    exit(EXIT_FAILURE)
  }
}

private func complain(_ message: String) {
  var text = message + "\n"
  text.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
