import Base
import Glibc
import NetIO

/// Makes a folder for what a command writes, with those that it is in, unless it is there.
///
/// - Throws: `FileSystemError` naming the folder that cannot be made
func makeFolder(_ path: String) throws {
  guard mkdir(path, 0o777) != 0 else { return }
  var code = errno
  if code == ENOENT, path.parentFolder != path, !path.isEmpty {
    try makeFolder(path.parentFolder)
    if mkdir(path, 0o777) == 0 { return }
    code = errno
  }
  // A folder that is there is named so, though its disk may be read-only.
  if (try? fileStatus(path).st_mode & S_IFMT) == S_IFDIR { return }
  throw FileSystemError(path: path, operation: .makeFolder, code: code)
}
