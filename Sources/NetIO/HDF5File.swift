import CNetIO
import CaffeProto
import Glibc
import Synchronization

/// An HDF5 file open for reading.
///
/// What would reach outside the file is refused before any data is read: external links, external storage, virtual
/// datasets, filters other than deflate, shuffle and fletcher32. Paths are absolute inside the file ("/data/conv1/0");
/// hard and soft links within the file are followed.
///
/// libhdf5 runs in a child process, which a damaged file may crash, and which ends with the object.
public final class HDF5File: Sendable {
  /// What a path leads to.
  public enum Object: Equatable, Sendable {
    case group
    /// An array of floats or integers of any width.
    case numbers(shape: [Int])
    case string
    /// A dataset of another type.
    case other
  }

  /// The file's name, for messages.
  public let path: String
  private let kind: FileKind
  private let descriptor: Int32
  private let bytes: Int
  /// The bytes of values that were read so far.
  private let kept = Mutex(0)
  /// The child answers one question at a time.
  private let reader: Mutex<netio_h5_reader>

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: the file
  ///   - kind: what the file is called in error messages.
  /// - Throws: `FileSystemError` if it cannot be read, `FormatError` if it is no HDF5 file.
  public init(reading path: String, as kind: FileKind = .hdf5) throws {
    let content = try FileContent(of: path)
    guard content == .hdf5 else {
      throw FormatError(path: path, kind: kind, .wrongKind(found: content.rawValue))
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    var status = stat()
    guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
      throw FileSystemError(path: path, operation: .open, code: errno)
    }
    bytes = Int(status.st_size)
    self.descriptor = descriptor
    self.path = path
    self.kind = kind
    var opened = netio_h5_reader()
    if let fault = HDF5Library.call({ netio_h5_open(path, &opened, $0) }) {
      close(descriptor)
      throw FormatError(path: path, kind: kind, fault.problem)
    }
    reader = Mutex(opened)
  }

  deinit {
    reader.withLock { netio_h5_end($0) }
    close(descriptor)
  }

  /// What `path` leads to, nil if there is no such link.
  ///
  /// - Throws: `FormatError` for damage and for what is refused.
  public func object(at path: String) throws(FormatError) -> Object? {
    do {
      let found = try inspect(path)
      switch netio_h5_kind(UInt32(bitPattern: found.kind)) {
      case NETIO_H5_GROUP: return .group
      case NETIO_H5_FLOAT, NETIO_H5_INTEGER: return .numbers(shape: found.shape)
      case NETIO_H5_STRING: return .string
      default: return .other
      }
    } catch {
      if case .missing = error.problem { return nil }
      throw error
    }
  }

  /// The names in a group, in the order they were made if the file kept it, else sorted.
  ///
  /// - Throws: `FormatError` if there is no such group.
  public func names(in group: String) throws(FormatError) -> [String] {
    try strings(group) { netio_h5_list($0, group, $1, $2, $3) }
  }

  /// Reads a dataset of floats or integers whole, converted to floats.
  ///
  /// - Returns: its shape, outermost axis first, and its values in C order.
  /// - Throws: `FormatError` naming the dataset.
  public func dataset(_ path: String) throws -> (shape: [Int], values: Floats) {
    let found = try inspect(path)
    guard [NETIO_H5_FLOAT, NETIO_H5_INTEGER].contains(netio_h5_kind(UInt32(bitPattern: found.kind))) else {
      throw error(path, .unsupported("anything but a dataset of floats or integers is"))
    }
    let needed = Int(found.count) * MemoryLayout<Float>.stride
    // A few header bytes can declare terabytes.
    let stored = Int(found.stored_bytes)
    guard stored <= bytes else { throw error(path, .truncated(needed: stored, present: bytes)) }
    try keep(needed, of: path)
    let values = try Floats(count: Int(found.count)) { buffer in
      if found.offset >= 0, found.stored_bytes == needed {
        try copyBytes(at: Int(found.offset), into: UnsafeMutableRawBufferPointer(buffer), of: path)
      } else if let base = buffer.baseAddress {
        try check(path) { netio_h5_read_f32($0, path, base, Int64(buffer.count), $1) }
      }
    }
    return (found.shape, values)
  }

  /// Counts the values of all datasets together against a limit. Data may be deflated, which packs at most 1032:1; what
  /// nets and states hold hardly packs at all. The constant part leaves room for datasets that were declared and never
  /// written.
  private func keep(_ needed: Int, of place: String) throws(FormatError) {
    let (scaled, overflow) = bytes.multipliedReportingOverflow(by: kind == .hdf5 ? 1100 : 3)
    let limit = overflow ? Int.max : scaled.addingReportingOverflow(64 << 20).partialValue
    let excess: Int? = kept.withLock { kept in
      let (total, overflow) = kept.addingReportingOverflow(needed)
      if overflow || total > limit { return overflow ? .max : total }
      kept = total
      return nil
    }
    if let excess {
      throw error(place, .overLimit(what: "the memory for all values, in bytes,", value: excess, limit: limit))
    }
  }

  /// Reads a dataset of bytes.
  ///
  /// - Throws: `FormatError` naming the dataset, where it holds anything but integers from 0 to 255 too.
  public func bytes(_ path: String) throws -> [UInt8] {
    try dataset(path).values.withUnsafeBufferPointer { values in
      try values.map { value in
        guard let byte = UInt8(exactly: value) else { throw error(path, .unsupported("\(value) as a byte is")) }
        return byte
      }
    }
  }

  /// Reads a dataset that holds one integer.
  ///
  /// - Throws: `FormatError` naming the dataset.
  public func integer(_ path: String) throws(FormatError) -> Int {
    let found = try inspect(path)
    guard found.count == 1 else {
      throw error(path, .unsupported("an array of shape \(found.shape) in the place of one integer is"))
    }
    var value: Int64 = 0
    try check(path) { netio_h5_read_i64($0, path, &value, 1, $1) }
    return Int(value)
  }

  /// Reads a dataset that holds one string of at most 64 KiB.
  ///
  /// - Throws: `FormatError` naming the dataset.
  public func string(_ path: String) throws(FormatError) -> String {
    try strings(path) { netio_h5_read_string($0, path, $1, $2, $3) }.first ?? ""
  }

  private typealias Fault = UnsafeMutablePointer<netio_h5_fault>
  private typealias TakeString = @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?) -> Void

  private func strings(
    _ place: String,
    _ body: (netio_h5_reader, TakeString, UnsafeMutableRawPointer, Fault) -> Int32
  ) throws(FormatError) -> [String] {
    var strings: [String] = []
    try check(place) { reader, fault in
      withUnsafeMutablePointer(to: &strings) { list in
        body(
          reader,
          { context, text in
            guard let context, let text else { return }
            context.assumingMemoryBound(to: [String].self).pointee.append(String(cString: text))
          }, list, fault)
      }
    }
    return strings
  }

  /// Weights lie in the file as they do in memory: the child says where, and they take the short way.
  private func copyBytes(at offset: Int, into buffer: UnsafeMutableRawBufferPointer, of place: String) throws {
    guard let base = buffer.baseAddress, offset <= bytes - buffer.count else {
      throw error(place, .truncated(needed: buffer.count, present: max(0, bytes - offset)))
    }
    var done = 0
    while done < buffer.count {
      let count = pread(descriptor, base + done, buffer.count - done, offset + done)
      guard count > 0 || (count < 0 && errno == EINTR) else {
        throw FileSystemError(path: path, operation: .read, code: count < 0 ? errno : EIO)
      }
      done += max(count, 0)
    }
  }

  private func inspect(_ path: String) throws(FormatError) -> netio_h5_object {
    var found = netio_h5_object()
    try check(path) { netio_h5_inspect($0, path, &found, $1) }
    return found
  }

  private func check(_ place: String, _ body: (netio_h5_reader, Fault) -> Int32) throws(FormatError) {
    var fault = netio_h5_fault()
    if reader.withLock({ body($0, &fault) }) != 0 { throw error(place, fault.problem) }
  }

  private func error(_ place: String, _ problem: FormatError.Problem) -> FormatError {
    FormatError(path: path, kind: kind, place: place, problem)
  }
}

extension netio_h5_object {
  var shape: [Int] {
    withUnsafeBytes(of: dims) { $0.bindMemory(to: Int64.self).prefix(Int(rank)).map(Int.init) }
  }
}
