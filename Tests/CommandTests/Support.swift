import Foundation

/// The package's folder.
var packageRoot: String {
  #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
}

/// A new folder that is gone when the object is.
final class TemporaryFolder: Sendable {
  let path = "\(NSTemporaryDirectory())/caffe-increg-tests.\(UUID())"

  init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

  deinit {
    // What cannot be removed is left to whoever empties the system's temporary folder.
    try? FileManager.default.removeItem(atPath: path)
  }

  /// The path of an entry.
  func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }
}

/// Writes a small text file.
func writeText(_ text: String, to path: String) throws {
  try text.write(toFile: path, atomically: false, encoding: .utf8)
}

/// Reads a small text file.
func readText(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

/// Reads a small file.
func readBytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }
