import Base
import Glibc

/// An image file of a list, and its class.
public struct ListedImage: Hashable, Sendable {
  /// The file, relative to the list's root folder.
  public var path: String
  /// The class.
  public var label: Int

  /// Makes an entry.
  public init(path: String, label: Int) { (self.path, self.label) = (path, label) }

  /// Reads a list: every line has a path, a space and an integer. Paths may have spaces.
  ///
  /// - Throws: `FileSystemError`, or `FormatError` with the line's number.
  public static func list(_ path: String) throws -> [ListedImage] {
    let lines = String(decoding: try wholeFile(path), as: UTF8.self).split(whereSeparator: \.isNewline)
    return try lines.enumerated().map { number, line in
      guard let space = line.lastIndex(of: " "), let label = Int(line[line.index(after: space)...]) else {
        throw FormatError(
          path: path, kind: .imageList, place: "line \(number + 1)", .corrupt("not 'path label': '\(line)'"))
      }
      guard Int32(exactly: label) != nil else {
        throw FormatError(
          path: path, kind: .imageList, place: "line \(number + 1)",
          .corrupt("the label \(label) is out of the range of 32-bit integers"))
      }
      return ListedImage(path: String(line[..<space]), label: label)
    }
  }
}

/// The bytes of a file.
///
/// - Throws: `FileSystemError`
func wholeFile(_ path: String) throws -> [UInt8] {
  let (bytes, code) = InputFile.content(of: path)
  guard let bytes else {
    let isFound = [EISDIR, EFBIG, EIO, InputFile.notRegular].contains(code)
    throw FileSystemError(path: path, operation: isFound ? .read : .open, code: code)
  }
  return bytes
}
