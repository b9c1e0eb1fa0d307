import Foundation

/// A new folder for one test, removed with the object.
public final class TemporaryFolder: Sendable {
  /// Where it is.
  public let path = FileManager.default.temporaryDirectory.appending(path: "caffe-increg-tests-\(UUID())").path

  /// Makes the folder, in the system's folder for temporary files.
  public init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

  deinit {
    // What cannot be removed is left to whoever empties the system's temporary folder.
    try? FileManager.default.removeItem(atPath: path)
  }

  /// The path of an entry.
  public func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

  /// The names in the folder, or in one below it, sorted; none where there is no such folder.
  public func entries(in folder: String = "") -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: self(folder))) ?? []).sorted()
  }

  /// Writes a text file into the folder; returns its path.
  @discardableResult public func write(_ text: String, to name: String) throws -> String {
    try writeText(text, to: self(name))
    return self(name)
  }
}

/// Reads a small text file.
public func readText(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

/// Writes a small text file.
public func writeText(_ text: String, to path: String) throws { try writeBytes(Array(text.utf8), to: path) }

/// Reads a small file.
public func readBytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }

/// Writes a small file plainly: what is there is overwritten in place.
public func writeBytes(_ bytes: [UInt8], to path: String) throws { try Data(bytes).write(to: URL(filePath: path)) }
