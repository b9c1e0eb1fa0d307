import ArgumentParser
import Base
import Glibc

/// The root of the command line.
struct CaffeIncReg: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: ["caffe", "caffe_increg"].contains(Tool.ofProcess.name) ? Tool.ofProcess.name : "caffe-increg",
    abstract: "Trains, prunes and slims convolutional nets in Caffe's formats.",
    discussion: """
      Flags are spelt as Caffe's are: -solver x, --solver=x and flags before the command all work. So do the flags of \
      Google's logging library (-logtostderr, -alsologtostderr, -stderrthreshold, -minloglevel, -log_dir, -v) and its \
      GLOG_ variables. Called by a command's name, as through a link, the program is that command.
      """,
    version: programVersion,
    subcommands: commands)

  /// All commands.
  static let commands: [any ParsableCommand.Type] = [
    TrainCommand.self, TestCommand.self, TimeCommand.self, PlanCommand.self, SensitivityCommand.self, PruneCommand.self,
    SlimCommand.self, CompressCommand.self, CompareCommand.self, SummaryCommand.self, ReproduceCommand.self,
    CheckCommand.self, ForwardCommand.self, ConvertCommand.self, ConvertImageSetCommand.self,
    ComputeImageMeanCommand.self, ConvertMNISTDataCommand.self, ConvertMNISTSiameseDataCommand.self,
    ConvertCIFARDataCommand.self, ExtractFeaturesCommand.self, UpgradeNetTextCommand.self, UpgradeNetBinaryCommand.self,
    UpgradeSolverTextCommand.self, DrawNetCommand.self, ReportCommand.self, DeviceQueryCommand.self, ManualCommand.self,
  ]
}

/// An error that ends the program with a code of its own.
protocol ExitCoding: Error {
  /// Not 0.
  var exitCode: Int32 { get }
}

/// Runs the program and ends the process: 0 after success, 1 after any failure but for ``ExitCoding``, with one message on
/// standard error.
func exitWith(_ arguments: [String], as tool: Tool = .ofProcess) -> Never {
  do {
    var command = try tool.parse(LogFlags.taken(from: arguments))
    do { try command.run() } catch let error as ValidationError {
      // The parser would add the usage of the root.
      complain("\(tool.name): \(error.message)".printable())
      exit(EXIT_FAILURE)
    }
    endSuccessfully()
  } catch {
    switch tool.root.exitCode(for: error) {
    case .success:
      print(tool.root.fullMessage(for: error))
      endSuccessfully()
    case .validationFailure: complain(tool.root.fullMessage(for: error).printable(lines: true, limit: 1 << 14))
    default: complain("\(tool.name): \(error)".printable())
    }
    exit((error as? any ExitCoding)?.exitCode ?? EXIT_FAILURE)
  }
}

private func endSuccessfully() -> Never {
  if let failure = outputFailure() {
    complain("caffe-increg: \(failure)")
    exit(EXIT_FAILURE)
  }
  exit(EXIT_SUCCESS)
}

/// Writes a message to standard error.
func complain(_ message: String) {
  var text = message + "\n"
  text.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
