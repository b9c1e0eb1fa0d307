import Base
import CLMDB
import Glibc

/// Writes a new LMDB folder; it exists inside the closure of `LMDBWriter.write` only.
public final class LMDBWriter: RecordWriter {
  private let path: String
  private let environment: OpaquePointer
  private var batch: [(key: [UInt8], value: [UInt8])] = []

  /// How many records go into one transaction, as with Caffe's tools.
  private static let batchSize = 1000

  /// Makes the folder `path`, which must not exist, whole or not at all.
  ///
  /// - Throws: `FileSystemError` naming `path` (EEXIST if it is there, as Caffe refuses it too), or what `body` threw.
  public static func write<R>(to path: String, _ body: (LMDBWriter) throws -> R) throws -> R {
    try AtomicFile.makeFolder(at: path) { temporary in
      var environment: OpaquePointer?
      try check(mdb_env_create(&environment), path)
      guard let environment else { throw FileSystemError(path: path, operation: .create, code: ENOMEM) }
      defer { mdb_env_close(environment) }
      try reserveLockFile(in: temporary, path)
      // Nobody sees the folder before all of it is synced: no need to sync every transaction.
      try check(mdb_env_open(environment, temporary, UInt32(MDB_NOSYNC), 0o664), path)
      let writer = LMDBWriter(path, environment)
      let result = try body(writer)
      try writer.commit()
      try check(mdb_env_sync(environment, 1), path)
      return result
    }
  }

  /// Makes the lock file with room on the disk: liblmdb writes it through a map, which ends the process where there is none.
  private static func reserveLockFile(in folder: String, _ path: String) throws {
    let descriptor = open(folder + "/lock.mdb", O_RDWR | O_CREAT | O_CLOEXEC, 0o664)
    guard descriptor >= 0 else { throw FileSystemError(path: path, operation: .create, code: errno) }
    defer { close(descriptor) }
    let code = posix_fallocate(descriptor, 0, lockFileSize)
    guard code == 0 else { throw FileSystemError(path: path, operation: .write, code: code) }
  }

  /// What liblmdb makes of it for 126 readers, the default.
  private static let lockFileSize = 8192

  private init(_ path: String, _ environment: OpaquePointer) { (self.path, self.environment) = (path, environment) }

  /// Adds a record. Readers get the records in the order of the keys' bytes.
  ///
  /// - Parameters:
  ///   - key: 1 to 511 bytes, different from all others.
  ///   - value: the record's bytes
  /// - Throws: `FileSystemError` or `WriteError`.
  public func put(key: String, value: [UInt8]) throws {
    batch.append((Array(key.utf8), value))
    if batch.count == Self.batchSize { try commit() }
  }

  private func commit() throws {
    // LMDB wants the size of its map beforehand. When it is used up, a transaction is lost: do it again with more room.
    while let result = try transact(), result == MDB_MAP_FULL {
      var info = MDB_envinfo()
      try Self.check(mdb_env_info(environment, &info), path)
      try Self.check(mdb_env_set_mapsize(environment, 2 * info.me_mapsize), path)
    }
    batch.removeAll(keepingCapacity: true)
  }

  /// Writes the batch in one transaction; MDB_MAP_FULL if there was no room, else nil.
  private func transact() throws -> Int32? {
    var transaction: OpaquePointer?
    var database: MDB_dbi = 0
    try Self.check(mdb_txn_begin(environment, nil, 0, &transaction), path)
    var result = mdb_dbi_open(transaction, nil, 0, &database)
    for record in batch where result == 0 {
      result = put(record.key, record.value, transaction, database)
      if result != 0, result != MDB_MAP_FULL {
        mdb_txn_abort(transaction)
        throw lmdbError(result, path, .write) as? FileSystemError
          ?? WriteError(
            path: path, place: "key '\(String(decoding: record.key, as: UTF8.self))'",
            cause: String(cString: mdb_strerror(result)))
      }
    }
    if result == 0 { result = mdb_txn_commit(transaction) } else { mdb_txn_abort(transaction) }
    if result == MDB_MAP_FULL { return result }
    try Self.check(result, path)
    return nil
  }

  private func put(_ key: [UInt8], _ value: [UInt8], _ transaction: OpaquePointer?, _ database: MDB_dbi) -> Int32 {
    key.withUnsafeBytes { key in
      value.withUnsafeBytes { value in
        // LMDB only reads what these point at.
        var keyValue = MDB_val(mv_size: key.count, mv_data: UnsafeMutableRawPointer(mutating: key.baseAddress))
        var dataValue = MDB_val(mv_size: value.count, mv_data: UnsafeMutableRawPointer(mutating: value.baseAddress))
        return mdb_put(transaction, database, &keyValue, &dataValue, UInt32(MDB_NOOVERWRITE))
      }
    }
  }

  private static func check(_ result: Int32, _ path: String) throws {
    guard let error = lmdbError(result, path, .write) else { return }
    // LMDB says EIO when the disk took only a part of a page.
    var disk = statvfs()
    if result == EIO, statvfs(path.parentFolder, &disk) == 0, disk.f_bavail == 0 {
      throw FileSystemError(path: path, operation: .write, code: ENOSPC)
    }
    throw error
  }
}
