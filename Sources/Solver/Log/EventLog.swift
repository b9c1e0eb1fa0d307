import Glibc
import NetIO

/// A file that takes the events of runs, one JSON object a line (`docs/log-json.md`).
public final class EventLog: Sendable {
  private let path: String
  private let descriptor: Int32

  /// Opens a file, behind whose end new events go, so that a resumed run goes on in it.
  ///
  /// - Throws: `FileSystemError`; ``SolverError/noLog(path:)`` where the file holds something else than objects
  public convenience init(_ path: String) throws {
    guard Self.takesObjects(path) else { throw SolverError.noLog(path: path) }
    try self.init(opening: path)
  }

  /// Opens a file for lines that need not be JSON.
  ///
  /// - Parameter path: the file
  /// - Throws: `FileSystemError`
  public static func ofText(_ path: String) throws -> EventLog { try EventLog(opening: path) }

  private init(opening path: String) throws {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileSystemError(path: path, operation: .open, code: errno) }
  }

  /// Whether objects can go behind what a file holds: nothing, or objects. What cannot be read is left to whoever opens it.
  private static func takesObjects(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else { return true }
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return true }
    defer { close(file) }
    var first: UInt8 = 0
    return read(file, &first, 1) < 1 || first == UInt8(ascii: "{")
  }

  deinit { close(descriptor) }

  /// Writes an event with a single call of the system, so that readers see whole lines.
  ///
  /// - Throws: `FileSystemError`
  public func write(_ event: RunEvent) throws {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    try append(event.json(time: Double(now.tv_sec) + Double(now.tv_nsec) / 1e9))
  }

  /// Writes a line of JSON with a single call of the system, whatever it says.
  ///
  /// - Throws: `FileSystemError`
  public func append(_ json: String) throws {
    var line = json + "\n"
    let written = line.withUTF8 { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    if written < 0 { throw FileSystemError(path: path, operation: .write, code: errno) }
    if written < line.utf8.count { throw FileSystemError(path: path, operation: .write, code: ENOSPC) }
  }
}
