/// A kind of database that Caffe keeps records in; the raw values are the names its tools take.
public enum DatabaseKind: String, CaseIterable, Sendable {
  case lmdb
  case leveldb

  /// Opens a folder and stands on its first record.
  ///
  /// - Throws: `FileSystemError` if there is none, `FormatError` if it holds no database of this kind, or an empty one.
  public func open(_ path: String) throws -> any RecordReader {
    switch self {
    case .lmdb: try LMDBReader(path)
    case .leveldb: try LevelDBReader(path)
    }
  }

  /// Makes the folder `path`, which must not exist, whole or not at all.
  ///
  /// - Throws: `FileSystemError` naming `path` (EEXIST if it is there), or what `body` threw.
  public func write<R>(to path: String, _ body: (any RecordWriter) throws -> R) throws -> R {
    switch self {
    case .lmdb: try LMDBWriter.write(to: path, body)
    case .leveldb: try LevelDBWriter.write(to: path, body)
    }
  }
}

/// Reads the records of a database in the order of their keys, over and over, as Caffe's data layer does.
///
/// A reader may be handed from thread to thread; calls exclude each other.
public protocol RecordReader: AnyObject, Sendable {
  /// The folder, for messages.
  var path: String { get }

  /// The number of records, if the database knows it without reading all of them.
  var knownCount: Int? { get }

  /// Calls `body` with the key and the value of the record the reader stands on.
  func withRecord<R>(_ body: (_ key: RawSpan, _ value: RawSpan) throws -> R) rethrows -> R

  /// Goes on to the next record, from the last one to the first.
  ///
  /// - Returns: false if it started over.
  /// - Throws: `FormatError` for damage.
  @discardableResult func advance() throws -> Bool
}

extension RecordReader {
  /// A copy of the key of the record the reader stands on.
  public var key: String { withRecord { key, _ in key.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } } }

  /// A copy of the value of the record the reader stands on.
  public var value: [UInt8] { withRecord { _, value in value.withUnsafeBytes { Array($0) } } }

  /// Goes on by a number of records, over the end as often as it takes. The reader must stand on the first one.
  public func skip(_ records: Int) throws {
    var left = records
    var passed = 0
    while left > 0 {
      left -= 1
      passed += 1
      // From here on the number of records is known.
      if try !advance() { left %= passed }
    }
  }
}

/// Takes the records of a new database.
public protocol RecordWriter {
  /// Adds a record. Readers get the records in the order of the keys' bytes.
  ///
  /// - Parameters:
  ///   - key: not empty, and different from all others.
  ///   - value: the record's bytes
  /// - Throws: `FileSystemError` or `WriteError`.
  func put(key: String, value: [UInt8]) throws
}
