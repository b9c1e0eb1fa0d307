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
      guard descriptor >= 0 else { throw FileSystemError(notOpened: path, code: code) }
      close(descriptor)
    }
  }

  /// The bytes of a regular file, or of a pipe up to its end, or of a file that the system makes up as it is read.
  ///
  /// - Throws: `FileSystemError`
  package static func bytes(in path: String) throws(FileSystemError) -> [UInt8] {
    let (bytes, code) = content(of: path)
    guard let bytes else { throw FileSystemError(notOpened: path, code: code) }
    return bytes
  }

  /// A file's ``bytes(in:)`` as text.
  ///
  /// - Throws: `FileSystemError`
  package static func text(in path: String) throws(FileSystemError) -> String {
    String(decoding: try bytes(in: path), as: UTF8.self)
  }
}
