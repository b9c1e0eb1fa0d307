import Base
import CaffeProto
import Glibc
import NetModel

/// An error about a layer of a prototxt, and where that layer stands.
public struct PlacedError: Error, CustomStringConvertible {
  /// The prototxt.
  public let file: String
  /// The line on which the layer begins, from 1.
  public let line: Int
  /// What is wrong with it.
  public let error: any Error

  /// File, line and what is wrong there.
  public var description: String { "\(file):\(line): \(error)" }
}

/// Runs `body`. Where it throws an error about a layer, that says where in a net's prototxt the layer is.
///
/// - Parameters:
///   - path: the prototxt, which is read again for the error only
///   - state: the part of the net that is meant, where several layers have a name
/// - Throws: ``PlacedError``, or what `body` throws where no place can be told
public func placing<Result>(_ path: String, _ state: NetState? = nil, _ body: () throws -> Result) throws -> Result {
  do { return try body() } catch let error as any LayerNamingError {
    guard let name = error.layerName, let line = lineNumber(ofLayer: name, in: path, state) else { throw error }
    throw PlacedError(file: path, line: line, error: error)
  }
}

private func lineNumber(ofLayer name: String, in path: String, _ state: NetState?) -> Int? {
  var status = stat()
  // Only plain files can be read twice. If the file cannot be read any more, the error stays without a place.
  guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
    let text = try? MappedFile(path).withBytes({ Array($0) }), let lines = try? LayerLines(text: text, file: path)
  else { return nil }
  let named = lines.entries.filter { $0.name == name }
  let meant = named.filter { state?.selects(include: $0.include, exclude: $0.exclude) ?? true }
  return (meant.first ?? named.first)?.line
}
