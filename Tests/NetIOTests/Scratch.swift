import Glibc

/// A folder of its own for one test, removed with the value.
struct Scratch: ~Copyable {
  let path: String

  init() throws {
    var template = Array("/tmp/netio-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Failure("mkdtemp: errno \(errno)") }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit {
    // Two levels are enough: the tests make files and LMDB folders.
    for name in entries() {
      for inner in entries(in: name) { unlink("\(path)/\(name)/\(inner)") }
      remove("\(path)/\(name)")
    }
    rmdir(path)
  }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  /// The names in the folder, or in one below it.
  func entries(in sub: String = "") -> [String] {
    guard let stream = opendir("\(path)/\(sub)") else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  struct Failure: Error {
    let text: String
    init(_ text: String) { self.text = text }
  }
}

/// The bytes of a file, nil if it cannot be read.
func contents(_ path: String) -> [UInt8]? {
  guard let file = fopen(path, "rb") else { return nil }
  defer { fclose(file) }
  var all: [UInt8] = []
  var piece = [UInt8](repeating: 0, count: 1 << 16)
  while case let count = fread(&piece, 1, piece.count, file), count > 0 { all += piece[..<count] }
  return all
}

/// Writes a file plainly, to set up a case.
func put(_ bytes: [UInt8], _ path: String) throws {
  guard let file = fopen(path, "wb") else { throw Scratch.Failure("fopen \(path)") }
  defer { fclose(file) }
  guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw Scratch.Failure("fwrite \(path)") }
}

/// A file under Tests/Golden/netio, whose makers lie beside the files.
func golden(_ name: String, testFile: String = #filePath) -> String {
  let folder = testFile.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
  return folder.joined(separator: "/") + "/Golden/netio/" + name
}

/// A file of the material shared beside the package, nil (and a word about it) where it is absent.
func shared(_ name: String, testFile: String = #filePath, test: String = #function) -> String? {
  let package = testFile.split(separator: "/", omittingEmptySubsequences: false).dropLast(4)
  let path = package.joined(separator: "/") + "/shared/" + name
  if access(path, R_OK) == 0 { return path }
  print("SKIPPED \(test): no \(path)")
  return nil
}
