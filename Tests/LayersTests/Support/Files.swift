import Foundation
import Testing

/// A text file's content.
func text(of path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

/// A folder of its own for one test, removed with the value.
final class Scratch {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "layers-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a text file; returns its path.
  func write(_ text: String, to name: String) throws -> String {
    try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
    return "\(path)/\(name)"
  }
}

/// A file of the material that lies beside the package, nil (and a word about it) where it is absent.
func shared(_ name: String, testFile: String = #filePath, test: String = #function) -> String? {
  let package = testFile.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
  for up in 0...1 {
    let path = package.dropLast(up).joined(separator: "/") + "/../shared/" + name
    if FileManager.default.fileExists(atPath: path) { return path }
  }
  print("SKIPPED \(test): there is no ../shared/\(name) beside the package")
  return nil
}
