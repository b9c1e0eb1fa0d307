import CLMDB
import Glibc
import Synchronization

/// Reads the records of an LMDB folder in the order of their keys, over and over, as Caffe's data layer does.
///
/// The reader may be handed from thread to thread; calls exclude each other. Of liblmdb only the lock is used: pages are
/// read and checked by `LMDBPages`, since the library trusts them. Damage, and a file that is cut off while it is read,
/// are errors.
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
    cursor = try Cursor(path)
    count = cursor.pages.count
    self.path = path
  }

  deinit { cursor.close() }

  /// Calls `body` with the key and the value of the record the reader stands on, valid during the call.
  public func withRecord<R>(_ body: (_ key: RawSpan, _ value: RawSpan) throws -> R) rethrows -> R {
    try lock.withLock { _ in
      let (pages, holders) = (cursor.pages, cursor.pages.holders)
      let key = holders.key.span.bytes.extracting(pages.key)
      let value = holders.value.span.bytes.extracting(pages.value)
      return try body(key, value)
    }
  }

  /// Goes on to the next record, from the last one to the first.
  ///
  /// - Returns: false if it started over.
  /// - Throws: `FormatError` for damage.
  @discardableResult public func advance() throws -> Bool {
    try lock.withLock { _ in try cursor.advance() }
  }
}

/// The read transaction, which keeps writers from using the pages again that are read; and the walk over these.
private struct Cursor {
  private let environment: LMDBEnvironment
  private var transaction: OpaquePointer?
  private(set) var pages: LMDBPages

  /// How often a transaction is begun anew because a writer has put two behind it before its head was read.
  private static let attempts = 100

  init(_ path: String) throws {
    pages = try LMDBPages(path)
    environment = try LMDBEnvironment.join(path)
    do {
      for attempt in 1...Self.attempts {
        if let error = lmdbError(mdb_txn_begin(environment.pointer, nil, UInt32(MDB_RDONLY), &transaction), path, .open)
        {
          throw error
        }
        let number = mdb_txn_id(transaction)
        if try attempt == Self.attempts || pages.hasHead(transaction: number) { break }
        mdb_txn_abort(transaction)
        transaction = nil
      }
      try pages.begin(transaction: mdb_txn_id(transaction))
    } catch {
      close()
      throw error
    }
  }

  func close() {
    if let transaction { mdb_txn_abort(transaction) }
    environment.leave()
  }

  /// Goes to the next record; false, and to the first one, behind the last.
  mutating func advance() throws -> Bool { try pages.advance() }
}

/// What a result of LMDB means: below zero its own codes, above zero errno values.
func lmdbError(_ result: Int32, _ path: String, _ operation: FileSystemError.Operation) -> (any Error)? {
  if result == 0 { return nil }
  if result > 0 { return FileSystemError(path: path, operation: operation, code: result) }
  return FormatError(path: path, kind: .lmdb, .corrupt(String(cString: mdb_strerror(result))))
}
