import CaffeProto
import Glibc
import NetIO
import NetModel

/// Runs `body`, which reads `path`; what goes wrong there is the layer's source.
func reading<T>(_ path: String, _ body: () throws -> T) throws -> T {
  do {
    return try body()
  } catch let error as LayerError {
    throw error
  } catch {
    throw LayerError.source(path, "\(error)")
  }
}

/// The lines of a text file.
///
/// - Throws: ``LayerError/source(_:_:)``
func lines(of path: String) throws -> [Substring] {
  guard let file = fopen(path, "r") else {
    throw LayerError.source(path, "cannot be opened: \(String(cString: strerror(errno)))")
  }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var piece = [UInt8](repeating: 0, count: 1 << 16)
  while case let count = fread(&piece, 1, piece.count, file), count > 0 { bytes += piece[..<count] }
  guard ferror(file) == 0 else { throw LayerError.source(path, "cannot be read") }
  return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
}

/// An array in a BlobProto file: its shape, outermost axis first, and its values.
///
/// - Throws: ``LayerError/source(_:_:)``
func blobFile(_ path: String) throws -> (shape: [Int], values: Floats) {
  let blob = try reading(path) { try MeanFile.read(path) }
  return (blob.extents, blob.data)
}
