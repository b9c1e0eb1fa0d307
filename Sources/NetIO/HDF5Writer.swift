import CNetIO
import CaffeProto
import Glibc

/// An HDF5 file being written; it exists inside the closure of `HDF5Writer.write` only.
///
/// Equal content gives equal bytes: no time of writing is stored.
public final class HDF5Writer {
  private let path: String
  private let file: Int64

  /// Writes the file `path` whole or not at all.
  ///
  /// - Throws: `FileSystemError` naming `path`, or what `body` threw.
  public static func write<R>(to path: String, _ body: (HDF5Writer) throws -> R) throws -> R {
    let (file, result) = try stage(path, body)
    try file.commit()
    return result
  }

  static func stage<R>(_ path: String, _ body: (HDF5Writer) throws -> R) throws -> (file: StagedFile, result: R) {
    try AtomicFile.stage(path) { (temporary: String) in
      var file: Int64 = -1
      if let fault = HDF5Library.call({ netio_h5_create(temporary, &file, $0) }) {
        throw fault.writeError(path, "/")
      }
      let result: R
      do {
        result = try body(HDF5Writer(path: path, file: file))
      } catch {
        // The file is thrown away: what closing it says does not matter.
        _ = HDF5Library.call { netio_h5_close(file, $0) }
        throw error
      }
      if let fault = HDF5Library.call({ netio_h5_close(file, $0) }) { throw fault.writeError(path, "/") }
      return result
    }
  }

  private init(path: String, file: Int64) {
    self.path = path
    self.file = file
  }

  /// Makes a group and those above it that are not there yet.
  public func makeGroup(_ place: String) throws {
    try check(place) { netio_h5_make_group(file, place, $0) }
  }

  /// Writes a dataset of floats in C order into an existing group.
  public func write(_ values: Floats, shape: [Int], to place: String) throws {
    guard elementCount(shape) == values.count else {
      throw WriteError(path: path, place: place, cause: "\(values.count) values do not fill shape \(shape)")
    }
    let dims = shape.map(Int64.init)
    try values.withUnsafeBufferPointer { values in
      try check(place) {
        netio_h5_write_f32(file, place, Int32(clamping: dims.count), dims, values.baseAddress, $0)
      }
    }
  }

  /// Writes one 32-bit integer, in Caffe's way as an array of one.
  public func write(_ value: Int, to place: String) throws {
    guard let narrow = Int32(exactly: value) else {
      throw WriteError(path: path, place: place, cause: "\(value) is not a 32-bit integer")
    }
    try check(place) { netio_h5_write_i32(file, place, narrow, $0) }
  }

  /// Writes bytes as an array of 8-bit integers.
  public func write(bytes: [UInt8], to place: String) throws {
    try bytes.withUnsafeBufferPointer { bytes in
      try check(place) { netio_h5_write_bytes(file, place, bytes.baseAddress, Int64(bytes.count), $0) }
    }
  }

  /// Writes one string of fixed length.
  public func write(_ text: String, to place: String) throws {
    try check(place) { netio_h5_write_string(file, place, text, $0) }
  }

  private func check(_ place: String, _ body: (UnsafeMutablePointer<netio_h5_fault>) -> Int32) throws {
    if let fault = HDF5Library.call(body) { throw fault.writeError(path, place) }
  }
}

extension netio_h5_fault {
  /// What this fault means in a file that is written: the disk's word if it has one.
  fileprivate func writeError(_ path: String, _ place: String) -> any Error {
    os_error != 0
      ? FileSystemError(path: path, operation: .write, code: os_error)
      : WriteError(path: path, place: place, cause: message)
  }
}
