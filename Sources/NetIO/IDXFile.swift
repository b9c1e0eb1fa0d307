import Base
import CZlib
import Glibc

/// An IDX file of unsigned bytes, as MNIST's are, plain or gzipped; read item by item.
public final class IDXFile {
  /// The file's name, for messages.
  public let path: String
  /// The number of items.
  public let count: Int
  /// The shape of one item, outermost axis first; empty for labels.
  public let itemShape: [Int]

  private let file: gzFile
  private let itemSize: Int
  private var position = 0

  /// The largest item, in bytes.
  private static let itemLimit = 1 << 28

  /// Opens a file and reads its header.
  ///
  /// - Parameters:
  ///   - path: the file
  ///   - rank: the number of axes it must have: 3 for images, 1 for labels.
  /// - Throws: `FileSystemError`, or `FormatError` if it is no such file.
  public init(_ path: String, rank: Int) throws {
    // gzopen would wait for a pipe, and read devices without end.
    let (descriptor, code) = InputFile.open(path)
    guard descriptor >= 0 else { throw FileSystemError(path: path, operation: .open, code: code) }
    close(descriptor)
    // gzread passes through what is not compressed.
    guard let file = gzopen(path, "rb") else { throw FileSystemError(path: path, operation: .open, code: errno) }
    do {
      let magic = try Self.bigEndian(Self.read(4, from: file, path))
      guard magic >> 8 == 0x08, magic & 0xff == rank else {
        let wanted = String(0x0800 + rank)
        throw FormatError(
          path: path, kind: .idx, .corrupt("its magic number is \(magic), that of \(rank) axes of bytes is \(wanted)"))
      }
      let shape = try (0..<rank).map { _ in try Self.bigEndian(Self.read(4, from: file, path)) }
      itemShape = Array(shape.dropFirst())
      guard let itemSize = elementCount(itemShape), itemSize <= Self.itemLimit else {
        throw FormatError(path: path, kind: .idx, .corrupt("items of shape \(itemShape) are too large"))
      }
      self.path = path
      self.file = file
      self.itemSize = itemSize
      count = shape.first ?? 0
    } catch {
      gzclose(file)
      throw error
    }
  }

  deinit { gzclose(file) }

  /// The next item's bytes, nil after the last.
  ///
  /// - Throws: `FormatError` if the file ends early or cannot be unpacked.
  public func next() throws -> [UInt8]? {
    guard position < count else { return nil }
    position += 1
    return try Self.read(itemSize, from: file, path)
  }

  private static func read(_ size: Int, from file: gzFile, _ path: String) throws -> [UInt8] {
    // In pieces: a header of a few bytes can ask for much.
    var bytes: [UInt8] = []
    var got: Int32 = 0
    while bytes.count < size {
      var piece = [UInt8](repeating: 0, count: min(size - bytes.count, 1 << 20))
      got = gzread(file, &piece, UInt32(piece.count))
      guard got > 0 else { break }
      bytes += piece[..<Int(got)]
    }
    if bytes.count == size { return bytes }
    var code: Int32 = 0
    let text = gzerror(file, &code).map { String(cString: $0) } ?? ""
    switch code {
    case Z_OK, Z_STREAM_END, Z_BUF_ERROR:
      throw FormatError(path: path, kind: .idx, .truncated(needed: size, present: bytes.count))
    case Z_ERRNO: throw FileSystemError(path: path, operation: .read, code: errno)
    default: throw FormatError(path: path, kind: .idx, .corrupt(text))
    }
  }

  private static func bigEndian(_ bytes: [UInt8]) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
}
