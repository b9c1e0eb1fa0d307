import Foundation
import TestSupport

/// The program as users run it, in a folder of its own.
enum ProgramRun {
  /// The tests' own folder, which the build puts the program into as well.
  static var path: String {
    URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "caffe-increg").path
  }

  /// util-linux's script, which makes a terminal. Every Debian has it.
  static let terminal = "/usr/bin/script"

  /// A working directory with the tiny net of Tests/Golden/solver, whose README says where it comes from.
  static func makeFolder() throws -> TemporaryFolder {
    let golden = TestFiles.golden + "/solver"
    let folder = try TemporaryFolder()
    for (source, target) in [("init.caffemodel", "init.caffemodel"), ("sgd/solver.prototxt", "solver.prototxt")] {
      try FileManager.default.copyItem(atPath: golden + "/" + source, toPath: folder(target))
    }
    let net = try readText(golden + "/net.prototxt")
      .replacing("../data/tiny_train.txt", with: "list.txt").replacing("../data/tiny_test.txt", with: "list.txt")
    try folder.write(net, to: "net.prototxt")
    try folder.write(golden + "/tiny_train.h5", to: "list.txt")
    return folder
  }

  /// Runs a line of arguments to its end.
  ///
  /// - Parameter onTerminal: has both outputs of the program go to a terminal, what that gets being the output
  static func run(
    _ line: String, in folder: TemporaryFolder, onTerminal: Bool = false
  ) throws -> Invocation.Outcome {
    let (path, arguments) =
      onTerminal
      ? (terminal, ["-qec", "\(Self.path) \(line)", "/dev/null"])
      : (Self.path, line.split(separator: " ").map(String.init))
    return try Invocation(
      path, arguments, in: folder.path, environment: ["OMP_NUM_THREADS": "1", "TERM": "xterm"]
    ).run()
  }
}
