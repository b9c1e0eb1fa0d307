import Glibc

/// Zero-filled float memory, aligned to 64 bytes, that blobs share. It is allocated when it is first touched.
public final class Storage {
  private var base: UnsafeMutablePointer<Float>?
  private(set) var capacity = 0
  private var wanted = 0
  /// Counts the times the memory was handed out for writing.
  var version = 0

  /// Makes an empty storage.
  public init() {}

  deinit { free(base) }

  /// Asks for room for `count` floats. Growing forgets the content.
  public func reserve(_ count: Int) {
    wanted = max(wanted, count)
  }

  /// The memory, at least as large as ever reserved.
  var pointer: UnsafeMutablePointer<Float> {
    if wanted > capacity || base == nil { allocate() }
    return base!
  }

  private func allocate() {
    free(base)
    let bytes = max(64, wanted * MemoryLayout<Float>.stride)
    var raw: UnsafeMutableRawPointer?
    guard posix_memalign(&raw, 64, bytes) == 0, let raw else {
      // Not a matter of input: sizes are checked by Shape, so this is the machine's limit.
      fatalError("out of memory: \(bytes) bytes for a blob")
    }
    memset(raw, 0, bytes)
    base = raw.assumingMemoryBound(to: Float.self)
    capacity = wanted
  }

  /// The bytes now held.
  public var allocatedBytes: Int { base == nil ? 0 : max(64, capacity * MemoryLayout<Float>.stride) }
}
