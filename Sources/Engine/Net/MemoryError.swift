import Base

/// The system does not have the memory that a net needs.
public struct MemoryError: Error, Equatable, CustomStringConvertible {
  /// What the net needs for blobs, gradients and parameters.
  public let bytes: Int
  /// The largest blob.
  public let blob: String
  /// What that one needs.
  public let blobBytes: Int

  /// Asks the system whether it would give so much.
  static func check(_ bytes: Int, largest: (name: String, bytes: Int)) throws(MemoryError) {
    // Asking costs time, and smaller amounts nearly always fit.
    guard bytes < 1 << 28 || OutOfMemory.canAllocate(bytes) else {
      throw MemoryError(bytes: bytes, blob: largest.name, blobBytes: largest.bytes)
    }
  }

  /// What is needed, by what.
  public var description: String {
    "out of memory: the net needs \(bytes) bytes for its blobs, \(blobBytes) of them for '\(blob)', "
      + "and the system does not have them"
  }
}
