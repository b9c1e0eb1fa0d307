import ArgumentParser
import Glibc

/// Looks whether files to write have names of their own.
///
/// - Parameters:
///   - outputs: the files to write
///   - inputs: files that are read, and that none of the others may replace
/// - Throws: `ValidationError` naming a file that is given twice
func checkNames(outputs: [String], inputs: [String] = []) throws {
  func place(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }
  let read = Set(inputs.map(place))
  var written: Set<String> = []
  for path in outputs {
    guard !read.contains(place(path)) else {
      throw ValidationError("'\(path)' is read: writing it would replace what is there")
    }
    guard written.insert(place(path)).inserted else {
      throw ValidationError("'\(path)' is given for two of the files to write")
    }
  }
}
