import Base
import CaffeProto
import Glibc
import NetModel

/// An error about a layer or a field of a prototxt, or of what another file holds, and where that stands.
public struct PlacedError: Error, CustomStringConvertible {
  /// The file.
  public let file: String
  /// The line on which it begins, from 1; nil where that is not known.
  public let line: Int?
  /// What is wrong with it.
  public let error: any Error

  /// Makes an error with its place.
  ///
  /// - Parameters:
  ///   - file: the file
  ///   - line: from 1; nil where it is not known
  ///   - error: what is wrong
  public init(file: String, line: Int?, error: any Error) { (self.file, self.line, self.error) = (file, line, error) }

  /// File, line and what is wrong there.
  public var description: String { "\(file):\(line.map { "\($0): " } ?? " ")\(error)" }
}

/// Runs `body`. Where it throws an error about a layer, that says where in a net's prototxt the layer is.
///
/// - Parameters:
///   - path: the prototxt, which is read again for the error only
///   - state: the part of the net that is meant, where several layers have a name
///   - body: the work
/// - Throws: ``PlacedError``, or what `body` throws where no place can be told
public func placing<Result>(_ path: String, _ state: NetState? = nil, _ body: () throws -> Result) throws -> Result {
  do { return try body() } catch let error as any LayerNamingError {
    guard let name = error.layerName, let line = lineNumber(ofLayer: name, in: path, state) else { throw error }
    throw PlacedError(file: path, line: line, error: error)
  }
}

private func lineNumber(ofLayer name: String, in path: String, _ state: NetState?) -> Int? {
  guard let text = plainText(path), let lines = try? LayerLines(text: Array(text.utf8), file: path) else { return nil }
  let named = lines.entries.filter { $0.name == name }
  let meant = named.filter { state?.selects(include: $0.include, exclude: $0.exclude) ?? true }
  return (meant.first ?? named.first)?.line
}

/// A file's text. Only plain files can be read twice; where one cannot be read any more, an error stays without a place.
private func plainText(_ path: String) -> String? {
  var status = stat()
  guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
  return try? MappedFile(path).withBytes { String(decoding: $0, as: UTF8.self) }
}

/// Runs `body`. Where it throws an error about a field of a solver, that says in which file, and where a line begins with the
/// field, on which line.
///
/// - Parameters:
///   - solver: the prototxt, which is read again for the error only
///   - body: the work
/// - Throws: ``PlacedError``, or what `body` throws about anything else
public func placing<Result>(fieldsOf solver: String, _ body: () throws -> Result) throws -> Result {
  do { return try body() } catch let error as any FieldNamingError {
    guard let field = error.field else { throw error }
    let lines = plainText(solver)?.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) ?? []
    let line = lines.firstIndex { line in
      let words = line.drop { $0 == " " || $0 == "\t" }
      return words.hasPrefix(field) && [":", "{", " "].contains(words.dropFirst(field.count).first)
    }
    throw PlacedError(file: solver, line: line.map { $0 + 1 }, error: error)
  }
}
