import Glibc

/// Files that are read: devices and the like, which may never end, are refused.
package enum InputFile {
  /// Stands for an errno value where a path leads to no regular file.
  package static let notRegular: Int32 = -1

  /// What an errno value, or `notRegular`, means.
  package static func text(of code: Int32) -> String {
    code == notRegular ? "it is not a regular file" : String(cString: strerror(code))
  }

  /// Opens a regular file; never waits for the other side of a pipe.
  ///
  /// - Returns: the descriptor, or one below 0 and why: an errno value, EISDIR for a folder, or `notRegular`
  package static func open(_ path: String) -> (descriptor: Int32, code: Int32) {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return (-1, errno) }
    var status = stat()
    let code = fstat(descriptor, &status) == 0 ? Self.code(of: status) : errno
    guard code != 0 else { return (descriptor, 0) }
    close(descriptor)
    return (-1, code)
  }

  /// Why a file that is not regular cannot be read; 0 for one that is.
  private static func code(of status: stat) -> Int32 {
    switch status.st_mode & S_IFMT {
    case S_IFREG: 0
    case S_IFDIR: EISDIR
    default: notRegular
    }
  }

  /// The most bytes of a file that is read whole into memory.
  package static let limit = 1 << 30

  /// The bytes of a regular file, or of a pipe up to its end.
  ///
  /// - Returns: nil and why: an errno value, EISDIR for a folder, `notRegular`, or EFBIG for more than `limit`
  package static func content(of path: String) -> (bytes: [UInt8]?, code: Int32) {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return (nil, errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return (nil, errno) }
    let isPipe = status.st_mode & S_IFMT == S_IFIFO
    let code = isPipe ? 0 : Self.code(of: status)
    guard code == 0 else { return (nil, code) }
    guard status.st_size <= limit else { return (nil, EFBIG) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(status.st_size))
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &piece, piece.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return (nil, errno) }
      if count == 0 { return (bytes, 0) }
      guard bytes.count + count <= limit else { return (nil, EFBIG) }
      bytes += piece[..<count]
    }
  }
}
