import CLMDB
import Glibc
import Synchronization

/// liblmdb's environment of a folder, of which a process may have one only: its locks are the process's. A second one
/// makes the lock file anew while the first reads it, and takes the first one's locks away when it is closed.
///
/// Readers of one folder share it, each with a transaction of its own.
struct LMDBEnvironment: @unchecked Sendable {  // liblmdb guards what it points to
  /// For `mdb_txn_begin`.
  let pointer: OpaquePointer
  private let place: Place

  private static let shared = Mutex<[Place: Use]>([:])

  /// A folder, whatever its path.
  private struct Place: Hashable {
    let device: UInt64
    let file: UInt64
  }

  private struct Use {
    let environment: LMDBEnvironment
    var readers: Int
  }

  /// Opens a folder for reading, or joins those who have.
  ///
  /// - Throws: `FileSystemError`, `FormatError`
  static func join(_ path: String) throws -> LMDBEnvironment {
    var status = stat()
    guard stat(path + "/data.mdb", &status) == 0 else {
      throw FileSystemError(path: path, operation: .open, code: errno)
    }
    let place = Place(device: UInt64(status.st_dev), file: UInt64(status.st_ino))
    return try shared.withLock { uses in
      let environment = try uses[place]?.environment ?? LMDBEnvironment(pointer: open(path), place: place)
      uses[place, default: Use(environment: environment, readers: 0)].readers += 1
      return environment
    }
  }

  /// Leaves it, and closes it behind the last.
  func leave() {
    Self.shared.withLock { uses in
      guard let use = uses[place] else { return }
      uses[place]?.readers -= 1
      guard use.readers == 1 else { return }
      uses[place] = nil
      mdb_env_close(use.environment.pointer)
    }
  }

  private static func open(_ path: String) throws -> OpaquePointer {
    // Reading needs the lock file only against writers. Where it cannot be made there can be none (Caffe:
    // ALLOW_LMDB_NOLOCK).
    let plain = UInt32(MDB_RDONLY | MDB_NOTLS)
    var (environment, result) = tryToOpen(path, plain)
    if result == EACCES || result == EROFS { (environment, result) = tryToOpen(path, plain | UInt32(MDB_NOLOCK)) }
    if let error = lmdbError(result, path, .open) { throw error }
    guard let environment else { throw FileSystemError(path: path, operation: .open, code: ENOMEM) }
    return environment
  }

  private static func tryToOpen(_ path: String, _ flags: UInt32) -> (OpaquePointer?, Int32) {
    var environment: OpaquePointer?
    var result = mdb_env_create(&environment)
    if result == 0 { result = mdb_env_open(environment, path, flags, 0o664) }
    guard result != 0 else { return (environment, 0) }
    mdb_env_close(environment)
    return (nil, result)
  }
}
