import ArgumentParser
import Base
import Glibc
import NetIO

/// The flags that Google's logging library gives to every tool of Caffe's.
enum LogFlags {
  private static let switches = ["logtostderr", "alsologtostderr"]
  private static let numbers = ["minloglevel", "stderrthreshold", "v"]
  private static let folder = "log_dir"

  /// Takes the flags out of a command line, in all spellings of gflags, and makes `GLOG_` variables of them, which the
  /// log reads. There are no lines that `v` could ask for.
  ///
  /// - Returns: the other arguments
  /// - Throws: `ValidationError` where a value is missing or none, or `FileSystemError` where the folder takes no files
  static func taken(from arguments: [String]) throws -> [String] {
    var rest: [String] = []
    var index = 0
    while index < arguments.count, arguments[index] != "--" {
      let argument = arguments[index]
      index += 1
      let parts = argument.drop { $0 == "-" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard argument.hasPrefix("-"), let name = parts.first.map(String.init) else {
        rest.append(argument)
        continue
      }
      if switches.contains(name) {
        let value = parts.count == 1 ? "1" : String(parts[1])
        guard let isOn = truth(value.lowercased()) else {
          throw ValidationError("--\(name) must be true or false, but is '\(value)'")
        }
        set(name, isOn ? "1" : "0")
      } else if name.hasPrefix("no"), parts.count == 1, switches.contains(String(name.dropFirst(2))) {
        set(String(name.dropFirst(2)), "0")
      } else if name == folder || numbers.contains(name) {
        guard parts.count == 2 || index < arguments.count else { throw ValidationError("--\(name) needs a value") }
        let value = parts.count == 2 ? String(parts[1]) : arguments[index]
        if parts.count == 1 { index += 1 }
        guard name == folder || Int(value) != nil else {
          throw ValidationError("--\(name) must be a whole number, but is '\(value)'")
        }
        set(name, value)
      } else {
        rest.append(argument)
      }
    }
    if let folder = LogSettings.ofProcess.folder, access(folder, W_OK | X_OK) != 0 {
      throw FileSystemError(path: folder, operation: .open, code: errno)
    }
    return rest + arguments[index...]
  }

  private static func set(_ name: String, _ value: String) { setenv("GLOG_" + name, value, 1) }
}
