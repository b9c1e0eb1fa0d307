import Glibc

/// The package's folder.
var packageRoot: String {
  #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
}

/// A new folder that is gone when the object is.
final class TemporaryFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/caffe-increg-tests.XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Failure(code: errno) }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit {
    _ = nftw(path, { name, _, _, _ in name.map { remove($0) } ?? 0 }, 8, FTW_DEPTH | FTW_PHYS)
  }

  /// The path of an entry.
  func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

  struct Failure: Error {
    let code: Int32
  }
}

/// Writes a small text file.
func writeText(_ text: String, to path: String) throws {
  guard let file = fopen(path, "w") else { throw TemporaryFolder.Failure(code: errno) }
  defer { fclose(file) }
  fputs(text, file)
}
