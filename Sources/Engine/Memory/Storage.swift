import Base
import CaffeProto
import Glibc

/// Zero-filled float memory, aligned to 64 bytes. It is allocated when it is first touched.
final class Memory {
  let count: Int
  private var base: UnsafeMutablePointer<Float>?

  init(count: Int) { self.count = count }

  deinit {
    guard let base else { return }
    if isMapped { munmap(base, allocatedBytes) } else { free(base) }
  }

  /// Bytes: two pages at least are whole.
  private static let worthHugePages = 4 << 20

  /// Floats to which the beginning of a storage is aligned.
  static let alignment = 16

  var pointer: UnsafeMutablePointer<Float> {
    if let base { return base }
    guard let raw = isMapped ? mapped() : filled() else {
      // A net asks for all its memory when it is built. This happens where other programs have taken the memory since.
      OutOfMemory.end(bytes, for: "blobs")
    }
    let floats = raw.assumingMemoryBound(to: Float.self)
    base = floats
    return floats
  }

  var allocatedBytes: Int { base == nil ? 0 : bytes }

  var bytes: Int { max(64, count * MemoryLayout<Float>.stride) }

  /// Large memory comes from the system page by page, when it is touched. This saves memory where kernels ask for much
  /// scratch memory and touch little of it.
  private var isMapped: Bool { bytes >= 1 << 20 }

  private func mapped() -> UnsafeMutableRawPointer? {
    let raw = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let raw, raw != MAP_FAILED else { return nil }
    // Kernels go through such memory in long strides, and each small page costs a walk through page tables. It is no
    // error if the system has no large pages.
    if bytes >= Self.worthHugePages { madvise(raw, bytes, MADV_HUGEPAGE) }
    return raw
  }

  private func filled() -> UnsafeMutableRawPointer? {
    var raw: UnsafeMutableRawPointer?
    guard posix_memalign(&raw, Self.alignment * MemoryLayout<Float>.stride, bytes) == 0, let raw else { return nil }
    return memset(raw, 0, bytes)
  }
}

/// The floats that blobs share by intent: the same values, seen by several layers. Storages that are never alive at the
/// same time may lie in the same memory. A storage can also borrow values that are in memory already.
public final class Storage {
  private var memory = Memory(count: 0)
  private var offset = 0
  private var borrowed: Floats?
  /// The floats ever asked for.
  private(set) var count = 0
  /// Counts the times the memory was handed out for writing.
  var version = 0
  /// Whether the floats count as zero, whatever is in memory.
  private var isCleared = false
  /// How the floats lie, if not in the order of the axes.
  private(set) var tiles: FilterTiles?
  /// Whether the floats always lie in the order of the axes, since they are read so again and again.
  var staysPlain = false
  /// What stays of weights of which some are pruned for good.
  var finalMask: MatrixMask?

  /// Makes an empty storage.
  public init() {}

  /// Asks for room for `count` floats. Growing forgets the content, and takes a storage out of common memory.
  public func reserve(_ count: Int) {
    guard count > self.count else { return }
    self.count = count
    memory = Memory(count: count)
    offset = 0
    (borrowed, tiles) = (nil, nil)
  }

  /// Reads `values` where they are instead of memory of its own, until somebody writes; false where there is not one
  /// for each float.
  func borrow(_ values: Floats) -> Bool {
    guard values.count == count, !values.isEmpty else { return false }
    memory = Memory(count: count)
    (offset, borrowed, isCleared, tiles) = (0, values, false, nil)
    version += 1
    return true
  }

  /// Lies in `memory` from now on, beside others and over others that live at other times. The content is forgotten.
  func place(in memory: Memory, at offset: Int) {
    precondition(offset >= 0 && offset + count <= memory.count, "\(count) floats at \(offset) of \(memory.count)")
    self.memory = memory
    self.offset = offset
    tiles = nil
  }

  /// Lies where `other` lies, from now on.
  func place(over other: Storage) { place(in: other.memory, at: other.offset) }

  /// Sets all floats to zero, when somebody next looks.
  func clear() { isCleared = true }

  /// Takes the memory for a sum. If `startsAtZero`, the content counts as zero, whatever it is.
  func takeForSum(in tiles: FilterTiles?) -> (pointer: UnsafeMutablePointer<Float>, startsAtZero: Bool) {
    guard isCleared else { return (pointer(in: tiles), false) }
    (isCleared, self.tiles) = (false, tiles)
    return (memory.pointer + offset, true)
  }

  /// The memory of ``count`` floats, or the borrowed values, to be read only.
  func readPointer(in tiles: FilterTiles?) -> UnsafePointer<Float> {
    tiles == nil ? borrowed?.readPointer ?? UnsafePointer(pointer(in: nil)) : UnsafePointer(pointer(in: tiles))
  }

  /// The memory of ``count`` floats, which lie as `tiles` says from now on. Borrowed values are copied to it.
  func pointer(in tiles: FilterTiles?) -> UnsafeMutablePointer<Float> {
    let floats = memory.pointer + offset
    if let values = borrowed?.readPointer { floats.update(from: values, count: count) }
    borrowed = nil
    if isCleared {
      floats.update(repeating: 0, count: count)
      (isCleared, self.tiles) = (false, tiles)
    }
    if tiles != self.tiles { lay(floats, in: tiles) }
    return floats
  }

  private func lay(_ floats: UnsafeMutablePointer<Float>, in tiles: FilterTiles?) {
    for (tiles, copy) in [(self.tiles, self.tiles?.untile), (tiles, tiles?.tile)] {
      guard let tiles, let copy else { continue }
      precondition(tiles.count == count, "tiles of \(tiles.count) floats for \(count)")
      Array(UnsafeBufferPointer(start: floats, count: count)).withUnsafeBufferPointer {
        if let base = $0.baseAddress { copy(base, floats) }
      }
    }
    self.tiles = tiles
  }

  /// What storages in common memory have in common.
  var memoryIdentity: ObjectIdentifier { ObjectIdentifier(memory) }

  /// The bytes that the memory takes once it is used, with all that is in it.
  var plannedBytes: Int { memory.bytes }

  /// The bytes now held, with all that is in the same memory.
  public var allocatedBytes: Int { memory.allocatedBytes }
}
