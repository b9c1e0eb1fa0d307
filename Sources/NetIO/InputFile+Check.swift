import Base
import Glibc

extension InputFile {
  /// Makes sure that files can be opened, before anything long begins for which they are read in the end.
  ///
  /// - Parameter paths: their names
  /// - Throws: `FileSystemError` for the first one that cannot be
  package static func check(_ paths: [String]) throws(FileSystemError) {
    for path in paths {
      try RenameNote.finish(besides: path)
      let (descriptor, code) = open(path)
      guard descriptor >= 0 else {
        throw FileSystemError(path: path, operation: code == EISDIR ? .read : .open, code: code)
      }
      close(descriptor)
    }
  }
}
