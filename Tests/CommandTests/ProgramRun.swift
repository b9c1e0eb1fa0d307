import Foundation

/// The program as users run it, in a folder of its own.
enum ProgramRun {
  /// The tests' own folder, which the build puts the program into as well.
  static var path: String {
    URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "caffe-increg").path
  }

  /// A working directory with the tiny net of Tests/Golden/solver, whose README says where it comes from.
  static func makeFolder() throws -> TemporaryFolder {
    let golden = packageRoot + "/Tests/Golden/solver"
    let folder = try TemporaryFolder()
    for (source, target) in [("init.caffemodel", "init.caffemodel"), ("sgd/solver.prototxt", "solver.prototxt")] {
      try FileManager.default.copyItem(atPath: golden + "/" + source, toPath: folder(target))
    }
    let net = try readText(golden + "/net.prototxt")
      .replacing("../data/tiny_train.txt", with: "list.txt").replacing("../data/tiny_test.txt", with: "list.txt")
    try writeText(net, to: folder("net.prototxt"))
    try writeText(golden + "/tiny_train.h5", to: folder("list.txt"))
    return folder
  }

  /// Runs a line of arguments to its end.
  ///
  /// - Parameter onTerminal: has both outputs of the program go to a terminal, what that gets being the output
  static func run(
    _ line: String, in folder: TemporaryFolder, onTerminal: Bool = false
  ) throws -> (status: Int32, output: String, errors: String) {
    let process = Process()
    // util-linux's script, which every Debian has, makes a terminal.
    process.executableURL = URL(filePath: onTerminal ? "/usr/bin/script" : path)
    process.arguments =
      onTerminal ? ["-qec", "\(path) \(line)", "/dev/null"] : line.split(separator: " ").map(String.init)
    process.currentDirectoryURL = URL(filePath: folder.path)
    process.environment = ["OMP_NUM_THREADS": "1", "TERM": "xterm"]
    let (output, errors) = (folder("stdout"), folder("stderr"))
    for path in [output, errors] { try writeText("", to: path) }
    process.standardOutput = FileHandle(forWritingAtPath: output)
    process.standardError = FileHandle(forWritingAtPath: errors)
    try process.run()
    process.waitUntilExit()
    return (process.terminationStatus, try readText(output), try readText(errors))
  }
}
