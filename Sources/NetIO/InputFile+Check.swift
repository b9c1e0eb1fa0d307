import Base
import Glibc

extension InputFile {
  /// Makes sure that files can be opened, before anything long begins for which they are read in the end.
  ///
  /// - Parameter list: their names, separated by commas; nil for none
  /// - Throws: `FileSystemError` for the first one that cannot be
  package static func check(listed list: String?) throws(FileSystemError) {
    for path in list?.listedFiles ?? [] {
      try RenameNote.finish(besides: path)
      let (descriptor, code) = open(path)
      guard descriptor >= 0 else {
        throw FileSystemError(path: path, operation: code == EISDIR ? .read : .open, code: code)
      }
      close(descriptor)
    }
  }
}
