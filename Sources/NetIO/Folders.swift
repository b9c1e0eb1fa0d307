import Base
import Glibc

/// Folders that work goes to.
public enum Folders {
  /// Makes a folder, and those around it, where they are not there.
  ///
  /// - Parameter path: the folder
  /// - Throws: `FileSystemError` naming the folder that cannot be made
  public static func make(_ path: String) throws(FileSystemError) {
    guard let code = failure(path) else { return }
    let parent = path.parentFolder
    guard code == ENOENT, parent != path else {
      throw FileSystemError(path: path, operation: .makeFolder, code: code)
    }
    try make(parent)
    if let code = failure(path) { throw FileSystemError(path: path, operation: .makeFolder, code: code) }
  }

  /// Why there is no such folder, though it was to be made; nil where there is one.
  private static func failure(_ path: String) -> Int32? {
    if mkdir(path, 0o777) == 0 { return nil }
    let code = errno
    var status = stat()
    // A read-only file system says so even of a folder that is there.
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR ? nil : code
  }
}
