import Glibc
import NetIO

/// The bytes of a file.
///
/// - Throws: `FileSystemError`
func fileSize(_ path: String) throws -> Int {
  var status = stat()
  guard stat(path, &status) == 0 else { throw FileSystemError(path: path, operation: .open, code: errno) }
  return Int(status.st_size)
}
