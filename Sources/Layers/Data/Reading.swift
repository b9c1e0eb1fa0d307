import Base
import CaffeProto
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
/// - Throws: `LayerError/source(_:_:)`
func lines(of path: String) throws -> [Substring] {
  let (bytes, code) = InputFile.content(of: path)
  guard let bytes else { throw LayerError.source(path, "cannot be read: \(InputFile.text(of: code))") }
  return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
}

/// An array in a BlobProto file: its shape, outermost axis first, and its values.
///
/// - Throws: `LayerError/source(_:_:)`
func blobFile(_ path: String) throws -> (shape: [Int], values: Floats) {
  let blob = try reading(path) { try MeanFile.read(path) }
  return (blob.extents, blob.data)
}
