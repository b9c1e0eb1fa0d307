import Glibc

/// Runs a Python script that needs `modules` and returns what it prints; nil (and a word about it) without them.
///
/// - Throws: ``PythonFailure`` with what it printed to standard error
public func python(_ script: String, needs modules: String, test: String = #function) throws -> String? {
  guard (try? run("import \(modules)")) != nil else {
    print("SKIPPED \(test): no python3 with \(modules)")
    return nil
  }
  return try run(script)
}

/// A script that ended with an error.
public struct PythonFailure: Error, CustomStringConvertible {
  /// What it printed to standard error.
  public let description: String
}

private func run(_ script: String) throws -> String {
  var template = Array("/tmp/caffe-increg-python-XXXXXX".utf8CString)
  guard mkdtemp(&template) != nil else { throw PythonFailure(description: "mkdtemp: errno \(errno)") }
  let folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  let (file, errors) = ("\(folder)/script.py", "\(folder)/errors")
  defer {
    unlink(file)
    unlink(errors)
    rmdir(folder)
  }
  guard let out = fopen(file, "w") else { throw PythonFailure(description: "fopen: errno \(errno)") }
  fputs(script, out)
  fclose(out)
  guard let pipe = popen("python3 '\(file)' 2>'\(errors)'", "r") else {
    throw PythonFailure(description: "popen: errno \(errno)")
  }
  let output = all(of: pipe)
  guard pclose(pipe) == 0 else {
    guard let log = fopen(errors, "r") else { throw PythonFailure(description: "python3 failed") }
    defer { fclose(log) }
    throw PythonFailure(description: all(of: log))
  }
  return output
}

private func all(of file: UnsafeMutablePointer<FILE>) -> String {
  var bytes: [UInt8] = []
  var piece = [UInt8](repeating: 0, count: 1 << 12)
  while case let count = fread(&piece, 1, piece.count, file), count > 0 { bytes += piece[..<count] }
  return String(decoding: bytes, as: UTF8.self)
}
