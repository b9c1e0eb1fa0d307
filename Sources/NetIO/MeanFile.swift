import CaffeProto

/// Reads and writes mean images (`.binaryproto`): one array, channels x height x width, as a rule in the legacy shape
/// with a leading 1.
public enum MeanFile {
  /// Reads a mean image.
  ///
  /// - Throws: `FileSystemError`; `FormatError` if it is another kind of file or its values do not fill its shape;
  ///   `WireError`.
  public static func read(_ path: String) throws -> BlobProto {
    let content = try FileContent(of: path)
    guard content == .blob || content == .binary else {
      throw FormatError(path: path, kind: .mean, .wrongKind(found: content.rawValue))
    }
    var mean = try BlobProto(binaryFile: path)
    if let problem = mean.normalize() { throw FormatError(path: path, kind: .mean, problem) }
    return mean
  }

  /// Writes a mean image, whole or not at all.
  ///
  /// - Throws: `FileSystemError` or `MessageValueError`.
  public static func write(_ mean: BlobProto, to path: String) throws { try AtomicFile.write(mean, to: path) }
}
