import ArgumentParser
import Base
import Glibc

/// Looks whether files to write have names of their own.
///
/// - Parameters:
///   - outputs: the files to write
///   - inputs: files and databases that are read, which none of the others may replace, nor a file in them
/// - Throws: `ValidationError` naming a file that is given twice
func checkNames(outputs: [String], inputs: [String] = []) throws {
  func real(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }
  func place(_ path: String) -> String {
    real(path) ?? real(path.parentFolder).map { "\($0)/\(path.lastComponent)" } ?? path
  }
  let read = inputs.map(place)
  var written: Set<String> = []
  for path in outputs {
    let target = place(path)
    guard !read.contains(where: { target == $0 || target.hasPrefix($0 + "/") }) else {
      throw ValidationError("'\(path)' is read: writing it would replace what is there")
    }
    guard written.insert(target).inserted else {
      throw ValidationError("'\(path)' is given for two of the files to write")
    }
  }
}
