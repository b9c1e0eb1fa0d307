import Glibc

/// What a file holds as far as its first bytes tell, in words for messages.
enum FileContent: String {
  case empty = "an empty file"
  case hdf5 = "an HDF5 file"
  case gzip = "a gzip file"
  case image = "an image"
  case text = "a text file"
  case binary = "some other binary file"

  /// Looks into a file.
  ///
  /// - Throws: `FileError` if it cannot be read.
  init(of path: String) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path: path, operation: .open, code: errno) }
    defer { close(descriptor) }
    var head = [UInt8](repeating: 0, count: 512)
    let count = pread(descriptor, &head, head.count, 0)
    guard count >= 0 else { throw FileError(path: path, operation: .read, code: errno) }
    head.removeLast(head.count - count)
    self = FileContent(head: head)
    // HDF5 allows bytes of its user's before its own: its signature may stand at 512, 1024, 2048, ...
    var offset = 512
    var signature = [UInt8](repeating: 0, count: 8)
    while self != .hdf5, pread(descriptor, &signature, 8, offset) == 8 {
      if signature == Self.hdf5Signature { self = .hdf5 }
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
      } else if head.starts(with: [0xff, 0xd8, 0xff]) || head.starts(with: [0x89, 0x50, 0x4e, 0x47]) {
        .image
      } else if isText {
        .text
      } else {
        .binary
      }
  }
}
