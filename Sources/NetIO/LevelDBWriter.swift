import CLevelDB
import Glibc

/// Writes a new LevelDB folder; it exists inside the closure of `LevelDBWriter.write` only.
public final class LevelDBWriter: RecordWriter {
  private let path: String
  private let database: OpaquePointer
  private let options: OpaquePointer?

  /// Makes the folder `path`, which must not exist, whole or not at all.
  ///
  /// - Throws: `FileSystemError` naming `path` (EEXIST if it is there, as Caffe refuses it too), `WriteError`, or what
  ///   `body` threw.
  public static func write<R>(to path: String, _ body: (LevelDBWriter) throws -> R) throws -> R {
    try AtomicFile.makeFolder(at: path) { temporary in
      let database = try LevelDB.open(temporary, named: path, creating: true)
      let writer = LevelDBWriter(path, database)
      do {
        let result = try body(writer)
        writer.close()
        // LevelDB's diary of this session, which names the temporary folder.
        unlink(temporary + "/LOG")
        return result
      } catch {
        writer.close()
        throw error
      }
    }
  }

  private init(_ path: String, _ database: OpaquePointer) {
    (self.path, self.database, options) = (path, database, leveldb_writeoptions_create())
  }

  private func close() {
    leveldb_writeoptions_destroy(options)
    leveldb_close(database)
  }

  /// Adds a record; a later one with the same key replaces it.
  ///
  /// - Throws: `WriteError`.
  public func put(key: String, value: [UInt8]) throws {
    guard !key.isEmpty else { throw WriteError(path: path, cause: "a record without a key") }
    var message: UnsafeMutablePointer<CChar>?
    Array(key.utf8).withUnsafeBytes { key in
      value.withUnsafeBytes { value in
        leveldb_put(
          database, options, key.baseAddress?.assumingMemoryBound(to: CChar.self), key.count,
          value.baseAddress?.assumingMemoryBound(to: CChar.self), value.count, &message)
      }
    }
    if let text = LevelDB.text(of: message) { throw WriteError(path: path, place: "key '\(key)'", cause: text) }
  }
}
