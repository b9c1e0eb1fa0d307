import Glibc

/// A file that cannot be written: path, action and the system's reason.
struct WriteError: Error, CustomStringConvertible {
  let path: String
  let action: String
  let code: Int32
  var description: String { "\(path): cannot \(action): \(String(cString: strerror(code)))" }
}

/// An IDX file of unsigned bytes, the format of MNIST: the magic number 0x0000_08RR with RR axes, the axes' extents and
/// the elements, big-endian.
func idx(_ dims: [Int], _ elements: [UInt8]) -> [UInt8] {
  var bytes: [UInt8] = [0, 0, 8, UInt8(truncatingIfNeeded: dims.count)]
  for dim in dims {
    for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: dim >> shift)) }
  }
  return bytes + elements
}

/// Writes a temporary sibling, syncs it and renames it: under `path` there is a whole file or none.
func writeFile(_ path: String, _ bytes: [UInt8]) throws {
  let temporary = path + ".tmp"
  guard let file = fopen(temporary, "wb") else {
    throw WriteError(path: temporary, action: "create", code: errno)
  }
  let written =
    fwrite(bytes, 1, bytes.count, file) == bytes.count && fflush(file) == 0 && fsync(fileno(file)) == 0
  let code = errno
  fclose(file)
  guard written else {
    unlink(temporary)
    throw WriteError(path: temporary, action: "write", code: code)
  }
  guard rename(temporary, path) == 0 else {
    let code = errno
    unlink(temporary)
    throw WriteError(path: path, action: "rename to", code: code)
  }
}
