import CLMDB
import Glibc
import Synchronization

/// Reads the records of an LMDB folder in the order of their keys, over and over, as Caffe's data layer does.
///
/// The reader may be handed from thread to thread; calls exclude each other. LMDB maps the file and trusts it: a folder
/// from an untrusted source can crash the program. A file that is shorter than it says it is, is refused.
public final class LMDBReader: RecordReader, @unchecked Sendable {  // the lock guards the cursor
  /// The folder, for messages.
  public let path: String
  /// The number of records.
  public let count: Int
  /// The same.
  public var knownCount: Int? { count }

  private let lock = Mutex(())
  private var cursor: Cursor

  /// Opens a folder and stands on its first record.
  ///
  /// - Throws: `FileSystemError` if there is none, `FormatError` if it holds no database, a damaged or an empty one.
  public init(_ path: String) throws {
    let data = path + "/data.mdb"
    var status = stat()
    guard stat(data, &status) == 0 else { throw FileSystemError(path: data, operation: .open, code: errno) }
    cursor = try Cursor(path, fileBytes: Int(status.st_size))
    count = cursor.count
    self.path = path
  }

  deinit { cursor.close() }

  /// Calls `body` with the key and the value of the record the reader stands on, where they lie in the file.
  public func withRecord<R>(_ body: (_ key: RawSpan, _ value: RawSpan) throws -> R) rethrows -> R {
    try lock.withLock { _ in
      let (key, value) = (cursor.key, cursor.value)
      return try body(key.bytes, value.bytes)
    }
  }

  /// Goes on to the next record, from the last one to the first.
  ///
  /// - Returns: false if it started over.
  /// - Throws: `FormatError` for damage.
  @discardableResult public func advance() throws -> Bool {
    try lock.withLock { _ in
      if try cursor.move(MDB_NEXT) { return true }
      guard try cursor.move(MDB_FIRST) else { throw FormatError(path: path, kind: .lmdb, .missing("every record")) }
      return false
    }
  }
}

/// The environment, the read transaction and the position in it.
private struct Cursor {
  let path: String
  private var environment: OpaquePointer?
  private var transaction: OpaquePointer?
  private var position: OpaquePointer?
  private(set) var count = 0
  private(set) var key = UnsafeRawBufferPointer(start: nil, count: 0)
  private(set) var value = UnsafeRawBufferPointer(start: nil, count: 0)

  init(_ path: String, fileBytes: Int) throws {
    self.path = path
    do {
      try open(fileBytes)
    } catch {
      close()
      throw error
    }
  }

  private mutating func open(_ fileBytes: Int) throws {
    try openEnvironment()
    var info = MDB_envinfo()
    var status = MDB_stat()
    try check(mdb_env_info(environment, &info))
    try check(mdb_env_stat(environment, &status))
    // Reading a page behind the end of the file would end the process with a bus error.
    let (needed, overflow) = (Int(info.me_last_pgno) + 1).multipliedReportingOverflow(by: Int(status.ms_psize))
    guard !overflow, needed <= fileBytes else {
      throw FormatError(path: path, kind: .lmdb, .truncated(needed: overflow ? .max : needed, present: fileBytes))
    }
    var database: MDB_dbi = 0
    try check(mdb_txn_begin(environment, nil, UInt32(MDB_RDONLY), &transaction))
    try check(mdb_dbi_open(transaction, nil, 0, &database))
    try check(mdb_stat(transaction, database, &status))
    count = Int(clamping: status.ms_entries)
    try check(mdb_cursor_open(transaction, database, &position))
    guard count > 0, try move(MDB_FIRST) else {
      throw FormatError(path: path, kind: .lmdb, .missing("every record"))
    }
  }

  private mutating func openEnvironment() throws {
    // Reading needs the lock file only against writers. Where it cannot be made there can be none (Caffe:
    // ALLOW_LMDB_NOLOCK).
    let plain = UInt32(MDB_RDONLY | MDB_NOTLS)
    try check(mdb_env_create(&environment))
    var result = mdb_env_open(environment, path, plain, 0o664)
    if result == EACCES || result == EROFS {
      mdb_env_close(environment)
      environment = nil
      try check(mdb_env_create(&environment))
      result = mdb_env_open(environment, path, plain | UInt32(MDB_NOLOCK), 0o664)
    }
    try check(result)
  }

  func close() {
    if let position { mdb_cursor_close(position) }
    if let transaction { mdb_txn_abort(transaction) }
    if let environment { mdb_env_close(environment) }
  }

  /// Moves and takes the record there; false at the end.
  mutating func move(_ operation: MDB_cursor_op) throws -> Bool {
    var (keyValue, dataValue) = (MDB_val(), MDB_val())
    let result = mdb_cursor_get(position, &keyValue, &dataValue, operation)
    if result == MDB_NOTFOUND { return false }
    try check(result)
    key = UnsafeRawBufferPointer(start: keyValue.mv_data, count: keyValue.mv_size)
    value = UnsafeRawBufferPointer(start: dataValue.mv_data, count: dataValue.mv_size)
    return true
  }

  private func check(_ result: Int32) throws {
    if let error = lmdbError(result, path, .open) { throw error }
  }
}

/// What a result of LMDB means: below zero its own codes, above zero errno values.
func lmdbError(_ result: Int32, _ path: String, _ operation: FileSystemError.Operation) -> (any Error)? {
  if result == 0 { return nil }
  if result > 0 { return FileSystemError(path: path, operation: operation, code: result) }
  return FormatError(path: path, kind: .lmdb, .corrupt(String(cString: mdb_strerror(result))))
}
