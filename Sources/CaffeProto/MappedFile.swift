import Glibc

/// A file cannot be opened or read.
public struct FileError: Error, Equatable, CustomStringConvertible {
  /// The file.
  public let path: String
  /// What was tried, such as "open".
  public let operation: String
  /// The system's error number.
  public let code: Int32

  /// File, operation and the system's explanation.
  public var description: String { "\(path): cannot \(operation): \(String(cString: strerror(code)))" }

  init(_ path: String, _ operation: String) { (self.path, self.operation, code) = (path, operation, errno) }
}

/// A file mapped into memory.
///
/// The mapping is private: writing to it does not change the file. Another program that shortens the file while it is
/// mapped ends this one, as with every mapping.
final class MappedFile {
  private let bytes: UnsafeMutableRawBufferPointer

  init(_ path: String) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path, "open") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError(path, "read") }
    guard status.st_size > 0 else {
      bytes = UnsafeMutableRawBufferPointer(start: nil, count: 0)
      // An empty file cannot be mapped. A directory or a pipe has no size either, and reading tells it apart.
      var byte: UInt8 = 0
      guard read(descriptor, &byte, 1) == 0 else { throw FileError(path, "map") }
      return
    }
    let memory = mmap(nil, Int(status.st_size), PROT_READ | PROT_WRITE, MAP_PRIVATE, descriptor, 0)
    guard let memory, memory != MAP_FAILED else { throw FileError(path, "map") }
    bytes = UnsafeMutableRawBufferPointer(start: memory, count: Int(status.st_size))
  }

  /// Calls `body` with the file's bytes; the pointer must not outlive the call.
  func withBytes<R>(_ body: (UnsafeMutableRawBufferPointer) throws -> R) rethrows -> R {
    try withExtendedLifetime(self) { try body(bytes) }
  }

  deinit { munmap(bytes.baseAddress, bytes.count) }
}
