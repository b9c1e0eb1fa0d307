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
  public var description: String { "\(path): cannot \(operation): \(InputFile.text(of: code))" }

  init(_ path: String, _ operation: String, code: Int32 = errno) {
    (self.path, self.operation, self.code) = (path, operation, code)
  }
}

/// A file mapped into memory.
///
/// The mapping is private: writing to it does not change the file. Another program that shortens the file while it is
/// mapped ends this one, as with every mapping. Any thread may `read`; the rest is for one at a time.
package final class MappedFile: @unchecked Sendable {
  private let bytes: UnsafeMutableRawBufferPointer
  private let path: String
  private let descriptor: Int32

  /// Maps a file.
  package init(_ path: String) throws(FileError) {
    let (descriptor, code) = InputFile.open(path)
    guard descriptor >= 0 else { throw FileError(path, code == EISDIR ? "read" : "open", code: code) }
    (self.path, self.descriptor) = (path, descriptor)
    do {
      bytes = try Self.mapped(descriptor, path)
    } catch {
      close(descriptor)
      throw error
    }
  }

  private static func mapped(_ descriptor: Int32, _ path: String) throws(FileError) -> UnsafeMutableRawBufferPointer {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError(path, "read") }
    guard status.st_size > 0 else {
      // An empty file cannot be mapped. Files that the system makes up while they are read have the size 0, too.
      var byte: UInt8 = 0
      guard Glibc.read(descriptor, &byte, 1) == 0 else { throw FileError(path, "map", code: ENODEV) }
      return UnsafeMutableRawBufferPointer(start: nil, count: 0)
    }
    let memory = mmap(nil, Int(status.st_size), PROT_READ | PROT_WRITE, MAP_PRIVATE, descriptor, 0)
    guard let memory, memory != MAP_FAILED else { throw FileError(path, "map") }
    return UnsafeMutableRawBufferPointer(start: memory, count: Int(status.st_size))
  }

  /// Calls `body` with the file's bytes; the pointer must not outlive the call.
  package func withBytes<R>(_ body: (UnsafeMutableRawBufferPointer) throws -> R) rethrows -> R {
    try withExtendedLifetime(self) { try body(bytes) }
  }

  /// Puts zeros, which take no memory, over the whole pages in a range of the mapping.
  package func blank(_ range: Range<Int>) throws(FileError) {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let start = (range.lowerBound + page - 1) / page * page
    let end = range.upperBound / page * page
    guard start < end, let base = bytes.baseAddress else { return }
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED
    guard mmap(base + start, end - start, PROT_READ | PROT_WRITE, flags, -1, 0) != MAP_FAILED else {
      throw FileError(path, "map")
    }
  }

  /// Reads a range of the file, past the mapping.
  package func read(_ range: Range<Int>, into target: UnsafeMutableRawPointer) throws(FileError) {
    var done = 0
    while done < range.count {
      let count = pread(descriptor, target + done, range.count - done, range.lowerBound + done)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw FileError(path, "read") }
      done += count
    }
  }

  deinit {
    munmap(bytes.baseAddress, bytes.count)
    close(descriptor)
  }
}
