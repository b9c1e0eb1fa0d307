import Glibc

/// Zero-filled float memory, aligned to 64 bytes. It is allocated when it is first touched.
final class Memory {
  private var base: UnsafeMutablePointer<Float>?
  private var capacity = 0
  private(set) var wanted = 0

  deinit { free(base) }

  func reserve(_ count: Int) { wanted = max(wanted, count) }

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

  var allocatedBytes: Int { base == nil ? 0 : max(64, capacity * MemoryLayout<Float>.stride) }
}

/// The floats that blobs share by intent: the same values, seen by several layers. Storages that are never alive at the
/// same time may lie in the same memory.
public final class Storage {
  private var memory = Memory()
  /// Counts the times the memory was handed out for writing.
  var version = 0

  /// Whether the floats count as zero, whatever is in memory.
  private var isCleared = false

  /// Makes an empty storage.
  public init() {}

  /// Sets all floats to zero, when somebody next looks.
  func clear() { isCleared = true }

  /// Takes the memory for a sum that begins with zero if `startsAtZero`: then nothing in it means anything.
  func takeForSum() -> (pointer: UnsafeMutablePointer<Float>, startsAtZero: Bool) {
    defer { isCleared = false }
    return (memory.pointer, isCleared)
  }

  /// Asks for room for `count` floats. Growing forgets the content.
  public func reserve(_ count: Int) { memory.reserve(count) }

  /// Lies in the memory of `other` from now on, with other values in it at other times. Both contents are forgotten.
  func overlay(_ other: Storage) {
    other.memory.reserve(memory.wanted)
    memory = other.memory
  }

  /// The floats ever asked for.
  var capacity: Int { memory.wanted }

  /// The memory, at least as large as ever reserved.
  var pointer: UnsafeMutablePointer<Float> {
    if isCleared {
      memset(memory.pointer, 0, capacity * MemoryLayout<Float>.stride)
      isCleared = false
    }
    return memory.pointer
  }

  /// What storages that overlay each other have in common.
  var memoryIdentity: ObjectIdentifier { ObjectIdentifier(memory) }

  /// The bytes now held.
  public var allocatedBytes: Int { memory.allocatedBytes }
}
