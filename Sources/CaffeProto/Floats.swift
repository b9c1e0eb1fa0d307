import Base
import Glibc

/// The values of a blob: an immutable array of floats that copies share.
///
/// It can take over memory that protobuf-c allocated and lend it out again, so weights are never copied on their way
/// between a file and the program. Two are equal when their bits are, which is what a round trip through a file keeps.
public struct Floats: Sendable, Equatable, RandomAccessCollection {
  private let storage: Storage?

  /// The number of values.
  public let count: Int

  /// No values.
  public init() { (storage, count) = (nil, 0) }

  /// A copy of the values of an array.
  public init(_ values: [Float]) {
    self.init(count: values.count) { buffer in _ = buffer.update(from: values) }
  }

  /// `count` values, all set by `initialize`; the memory it is given holds zeros.
  public init(count: Int, initializingWith initialize: (UnsafeMutableBufferPointer<Float>) throws -> Void)
    rethrows
  {
    guard count > 0 else {
      self.init()
      return
    }
    guard let memory = calloc(count, MemoryLayout<Float>.stride) else {
      OutOfMemory.end(count.multipliedReportingOverflow(by: MemoryLayout<Float>.stride).partialValue, for: "weights")
    }
    LargeMemory.prepare(memory, bytes: count * MemoryLayout<Float>.stride)
    let start = memory.bindMemory(to: Float.self, capacity: count)
    self.init(adopting: start, count: count)
    try initialize(UnsafeMutableBufferPointer(start: start, count: count))
  }

  /// Takes over `count` floats that malloc allocated; they are freed with the last copy of this value.
  public init(adopting start: UnsafeMutablePointer<Float>, count: Int) {
    (storage, self.count) = (Storage(start), count)
  }

  /// Always 0.
  public var startIndex: Int { 0 }

  /// The number of values.
  public var endIndex: Int { count }

  /// The value at a position.
  public subscript(position: Int) -> Float {
    precondition(position >= 0 && position < count, "index out of range")
    return start?[position] ?? 0
  }

  /// Calls `body` with the values in memory; the pointer must not outlive the call.
  public func withUnsafeBufferPointer<R>(_ body: (UnsafeBufferPointer<Float>) throws -> R) rethrows -> R {
    try withExtendedLifetime(storage) { try body(UnsafeBufferPointer(start: start, count: count)) }
  }

  /// Lets loops and `Array(_:)` run over the memory directly.
  public func withContiguousStorageIfAvailable<R>(
    _ body: (UnsafeBufferPointer<Float>) throws -> R
  ) rethrows -> R? { try withUnsafeBufferPointer(body) }

  /// Whether both hold the same bits.
  public static func == (a: Floats, b: Floats) -> Bool {
    guard a.count == b.count, a.storage !== b.storage, let x = a.start, let y = b.start else {
      return a.count == b.count
    }
    return memcmp(x, y, a.count * MemoryLayout<Float>.stride) == 0
  }

  /// What keeps the memory alive; see `start`.
  var owner: AnyObject? { storage }

  /// The first value's address, for C-facing code that keeps these values alive meanwhile; nil where there are none.
  public var readPointer: UnsafePointer<Float>? { UnsafePointer(start) }

  /// The first value's address, valid while `owner` is.
  var start: UnsafeMutablePointer<Float>? { storage?.start }

  /// Memory from malloc; safe to share because nobody writes to it after `init`.
  private final class Storage: @unchecked Sendable {
    let start: UnsafeMutablePointer<Float>

    init(_ start: UnsafeMutablePointer<Float>) { self.start = start }

    deinit { free(start) }
  }
}

extension Floats: ExpressibleByArrayLiteral {
  /// The values of an array literal.
  public init(arrayLiteral elements: Float...) { self.init(elements) }
}
