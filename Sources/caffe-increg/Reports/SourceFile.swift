import Base
import NetIO

/// A file that a run read or wrote, as it was then.
struct SourceFile: Codable, Equatable {
  let path: String
  let bytes: Int
  /// Of its content, in hexadecimal.
  let sha256: String

  /// - Parameter content: where the content lies, for a file that does not have its name yet
  /// - Throws: `FileSystemError`
  init(_ path: String, lyingIn content: String? = nil) throws {
    self.path = path
    bytes = Int(try fileStatus(content ?? path).st_size)
    sha256 = try FileHash.sha256(content ?? path)
  }
}

/// Records as JSON.
enum JSONFile {
  /// Writes a record, whole or not at all.
  static func write(_ record: some Encodable, to path: String) throws {
    try stage(record, to: path).commit()
  }

  /// As ``write(_:to:)``, but the file waits under a temporary name until it is committed.
  static func stage(_ record: some Encodable, to path: String) throws -> StagedFile {
    let text = String(decoding: try JSON.encode(record, as: .readable), as: UTF8.self)
    return try AtomicFile.stage(path) { $0.write(text + "\n") }.file
  }
}
