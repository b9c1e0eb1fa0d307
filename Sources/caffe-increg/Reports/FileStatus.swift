import Glibc
import NetIO

/// Size and times of a file.
///
/// - Throws: `FileSystemError`
func fileStatus(_ path: String) throws -> stat {
  var status = stat()
  guard stat(path, &status) == 0 else { throw FileSystemError(path: path, operation: .open, code: errno) }
  return status
}
