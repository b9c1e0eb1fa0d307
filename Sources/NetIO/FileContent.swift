import Base
import CaffeProto
import Glibc

/// What a file holds as far as its content tells, in words for messages. Names of files are not asked.
enum FileContent: String {
  case empty = "an empty file"
  case hdf5 = "an HDF5 file"
  case gzip = "a gzip file"
  case zip = "a ZIP archive, as PyTorch's files are"
  case image = "an image"
  case text = "a text file"
  case net = "a caffemodel"
  case solverState = "a solverstate"
  case blob = "a mean file (one BlobProto)"
  case datum = "a Datum record"
  case binary = "some other binary file"

  /// Looks into a file.
  ///
  /// - Throws: `FileSystemError` if it cannot be read.
  init(of path: String) throws(FileSystemError) {
    try RenameNote.finish(besides: path)
    let (descriptor, code) = InputFile.open(path)
    guard descriptor >= 0 else { throw FileSystemError(notOpened: path, code: code) }
    defer { close(descriptor) }
    var head = [UInt8](repeating: 0, count: 512)
    let count = pread(descriptor, &head, head.count, 0)
    guard count >= 0 else { throw FileSystemError(path: path, operation: .read, code: errno) }
    head.removeLast(head.count - count)
    self = FileContent(head: head)
    guard self == .binary else { return }
    if MessageTags(of: descriptor).content.map({ self = $0 }) != nil { return }
    // HDF5 files may begin with bytes of their user's: the signature may stand at 512, 1024, 2048, ...
    var offset = 512
    var signature = [UInt8](repeating: 0, count: 8)
    while self != .hdf5, pread(descriptor, &signature, 8, offset) == 8 {
      if signature == Self.hdf5Signature { self = .hdf5 }
      guard offset <= Int.max / 2 else { break }
      offset *= 2
    }
  }

  private static let hdf5Signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]

  private init(head: [UInt8]) {
    let isText = head.allSatisfy { $0 >= 0x20 || $0 == 0x09 || $0 == 0x0a || $0 == 0x0d }
    self =
      if head.isEmpty {
        .empty
      } else if head.starts(with: Self.hdf5Signature) {
        .hdf5
      } else if head.starts(with: [0x1f, 0x8b]) {
        .gzip
      } else if head.starts(with: [0x50, 0x4b, 0x03, 0x04]) {
        .zip
      } else if head.starts(with: [0xff, 0xd8, 0xff]) || head.starts(with: [0x89, 0x50, 0x4e, 0x47]) {
        .image
      } else if isText {
        .text
      } else {
        .binary
      }
  }
}

/// The outermost tags of a file in protobuf's wire format: they tell Caffe's messages apart, which the format itself
/// does not.
private struct MessageTags {
  private enum Form { case varint, fixed, length }
  private var forms: [UInt64: Form] = [:]
  private var isWireFormat = true

  /// Walks over the outermost records, reading a few bytes of each.
  init(of descriptor: Int32) {
    var offset = 0
    var piece = [UInt8](repeating: 0, count: 20)
    // The kinds differ in the first fields and the frequent ones. Damage behind these is left to the file's reader.
    for _ in 0..<256 {
      let count = pread(descriptor, &piece, piece.count, offset)
      if count <= 0 { return }
      guard let (number, form, length) = piece[..<count].withUnsafeBytes(Self.record) else {
        isWireFormat = isWireFormat && !forms.isEmpty
        return
      }
      forms[number] = form
      let (next, overflow) = offset.addingReportingOverflow(length)
      if overflow { return }
      offset = next
    }
  }

  /// A record's number, form and length in bytes, from its beginning.
  private static func record(_ bytes: UnsafeRawBufferPointer) -> (number: UInt64, form: Form, length: Int)? {
    // There is no field 0: zeros are not in wire format.
    guard let (tag, start) = bytes.varint(at: 0), tag >> 3 > 0 else { return nil }
    switch tag & 7 {
    case 0: return bytes.varint(at: start).map { (tag >> 3, .varint, start + $0.length) }
    case 1: return (tag >> 3, .fixed, start + 8)
    case 2:
      guard let (size, digits) = bytes.varint(at: start), let size = Int(exactly: size) else { return nil }
      // More than any file has ends the walk.
      return (tag >> 3, .length, size.addingReportingOverflow(start + digits).overflow ? .max : start + digits + size)
    case 5: return (tag >> 3, .fixed, start + 4)
    default: return nil
    }
  }

  /// Field numbers as in caffe.proto.
  var content: FileContent? {
    guard isWireFormat, !forms.isEmpty else { return nil }
    return switch (forms[1], forms[2], forms[4]) {
    case _ where forms[100] == .length: .net
    case (.length, _, _): .net
    case (.varint, .varint, .length): .datum
    case (.varint, .varint, _): .blob
    case (.varint, nil, _), (.varint, .length, _): .solverState
    case (nil, nil, nil) where forms[7] == .length: .blob
    case (nil, .length, nil): .net
    default: nil
    }
  }
}
