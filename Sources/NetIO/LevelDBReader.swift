import CLevelDB
import Glibc
import Synchronization

/// Reads the records of a LevelDB folder in the order of their keys, over and over.
///
/// LevelDB lets a folder be open once at a time, also within a process, and writes its lock and its log into it.
public final class LevelDBReader: RecordReader, @unchecked Sendable {  // the lock guards the position
  /// The folder, for messages.
  public let path: String
  /// Nothing: LevelDB does not count.
  public var knownCount: Int? { nil }

  private let lock = Mutex(())
  private let database: OpaquePointer
  private let position: OpaquePointer

  /// Opens a folder and stands on its first record. Checksums are verified.
  ///
  /// - Throws: `FileSystemError` if there is none, `FormatError` if it holds no database, a damaged or an empty one, or
  ///   one that is open elsewhere.
  public init(_ path: String) throws {
    // LevelDB would make a folder of its own where there is none.
    let current = path + "/CURRENT"
    if access(current, R_OK) != 0, access(path + "/data.mdb", R_OK) == 0 {
      throw FormatError(path: path, kind: .leveldb, .wrongKind(found: "an LMDB folder (backend: LMDB)"))
    }
    guard access(current, R_OK) == 0 else { throw FileSystemError(path: current, operation: .open, code: errno) }
    database = try LevelDB.open(path, creating: false)
    let options = leveldb_readoptions_create()
    leveldb_readoptions_set_verify_checksums(options, 1)
    // The records are passed once a round: keeping them would only cost memory.
    leveldb_readoptions_set_fill_cache(options, 0)
    position = leveldb_create_iterator(database, options)
    leveldb_readoptions_destroy(options)
    self.path = path
    guard try moveToFirst() else { throw FormatError(path: path, kind: .leveldb, .missing("every record")) }
  }

  deinit {
    leveldb_iter_destroy(position)
    leveldb_close(database)
  }

  /// Calls `body` with the key and the value of the record the reader stands on, where they lie in memory.
  public func withRecord<R>(_ body: (_ key: RawSpan, _ value: RawSpan) throws -> R) rethrows -> R {
    try lock.withLock { _ in
      var (keyLength, valueLength) = (0, 0)
      let key = UnsafeRawBufferPointer(start: leveldb_iter_key(position, &keyLength), count: keyLength)
      let value = UnsafeRawBufferPointer(start: leveldb_iter_value(position, &valueLength), count: valueLength)
      return try body(key.bytes, value.bytes)
    }
  }

  /// Goes on to the next record, from the last one to the first.
  ///
  /// - Returns: false if it started over.
  /// - Throws: `FormatError` for damage.
  @discardableResult public func advance() throws -> Bool {
    try lock.withLock { _ in
      leveldb_iter_next(position)
      if try isValid() { return true }
      guard try moveToFirst() else { throw FormatError(path: path, kind: .leveldb, .missing("every record")) }
      return false
    }
  }

  private func moveToFirst() throws -> Bool {
    leveldb_iter_seek_to_first(position)
    return try isValid()
  }

  /// Whether there is a record here; false at the end.
  private func isValid() throws -> Bool {
    if leveldb_iter_valid(position) != 0 { return true }
    var message: UnsafeMutablePointer<CChar>?
    leveldb_iter_get_error(position, &message)
    if let text = LevelDB.text(of: message) { throw FormatError(path: path, kind: .leveldb, .corrupt(text)) }
    return false
  }
}

/// What reader and writer share.
enum LevelDB {
  /// Opens a database; `place` is where it lies, `path` what it is called in messages.
  static func open(_ place: String, named path: String? = nil, creating: Bool) throws -> OpaquePointer {
    let options = leveldb_options_create()
    defer { leveldb_options_destroy(options) }
    leveldb_options_set_create_if_missing(options, creating ? 1 : 0)
    leveldb_options_set_error_if_exists(options, creating ? 1 : 0)
    leveldb_options_set_paranoid_checks(options, 1)
    // Caffe's settings (db_leveldb.cpp), but for the write buffer, of which it takes 256 MiB.
    leveldb_options_set_block_size(options, 65536)
    leveldb_options_set_max_open_files(options, 100)
    leveldb_options_set_write_buffer_size(options, 32 << 20)
    var message: UnsafeMutablePointer<CChar>?
    let database = leveldb_open(options, place, &message)
    let text = text(of: message)
    guard let database, text == nil else {
      throw FormatError(path: path ?? place, kind: .leveldb, .corrupt(text ?? "it cannot be opened"))
    }
    return database
  }

  /// Takes over an error message.
  static func text(of message: UnsafeMutablePointer<CChar>?) -> String? {
    guard let message else { return nil }
    defer { leveldb_free(message) }
    return String(cString: message)
  }
}
