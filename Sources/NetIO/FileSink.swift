import CaffeProto
import Glibc

/// A buffered writer on an open file. The first error stays: later writes do nothing and `flush` throws it.
///
/// A sink can so be handed to a C library whose callback has no way to report failure.
public final class FileSink {
  private let descriptor: Int32
  private let path: String
  private var buffer: [UInt8] = []
  private static let capacity = 1 << 16
  /// The largest piece that is written before `progress` hears of it.
  private static let piece = 1 << 24
  private var written = 0

  /// Gets the number of bytes written so far, now and then.
  var progress: ((Int) -> Void)?

  /// The first error met, if any.
  public private(set) var error: FileSystemError?

  /// - Parameter path: the name for messages.
  init(descriptor: Int32, path: String) {
    self.descriptor = descriptor
    self.path = path
    buffer.reserveCapacity(Self.capacity)
  }

  /// Appends bytes. Large pieces go straight to the file, so that weights are not copied.
  public func write(_ bytes: UnsafeRawBufferPointer) {
    if buffer.count + bytes.count > Self.capacity { drain() }
    if bytes.count < Self.capacity { buffer.append(contentsOf: bytes) } else { writeAll(bytes) }
  }

  /// Appends a string as UTF-8.
  public func write(_ text: String) {
    var text = text
    text.withUTF8 { write(UnsafeRawBufferPointer($0)) }
  }

  /// Appends bytes.
  public func write(_ bytes: [UInt8]) { bytes.withUnsafeBytes { write($0) } }

  /// Appends values as they lie in memory, little-endian on all machines that this program is for.
  public func write(_ values: Floats) { values.withUnsafeBufferPointer { write(UnsafeRawBufferPointer($0)) } }

  /// Writes out what is buffered.
  ///
  /// - Throws: the first `FileSystemError` since the sink was made.
  public func flush() throws(FileSystemError) {
    drain()
    if let error { throw error }
  }

  private func drain() {
    buffer.withUnsafeBytes { writeAll($0) }
    buffer.removeAll(keepingCapacity: true)
  }

  private func writeAll(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes[...]
    while error == nil, !rest.isEmpty {
      let count = Glibc.write(
        descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, min(rest.count, Self.piece))
      if count >= 0 {
        rest = rest.dropFirst(count)
        written += count
        progress?(written)
      } else if errno != EINTR {
        error = FileSystemError(path: path, operation: .write, code: errno)
      }
    }
  }
}
