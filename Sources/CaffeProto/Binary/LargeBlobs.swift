import Base
import CProtobufC
import Glibc

/// Keeps the values of large blobs from being in memory twice while a file is read.
///
/// protobuf-c copies values out of the file's mapping in one piece, so the pages of both would be there at once. Instead
/// the mapping is blanked where large values stand, protobuf-c copies zeros, which take no memory in the mapping, and
/// then the values are read from the file to where the zeros are. Where that is, the order of the allocations tells:
/// protobuf-c unpacks sub-messages in the file's order and allocates every array once.
final class LargeBlobs {
  /// How many bytes are large: an array of fewer is not worth the calls.
  static let size = 1 << 20

  private var arrays: [(start: UnsafeMutableRawPointer, size: Int)] = []

  /// Calls `body` with an allocator that notes large arrays. What it allocates, `free` frees.
  func watching<R>(_ body: (UnsafeMutablePointer<ProtobufCAllocator>) -> R) -> R {
    var allocator = ProtobufCAllocator(
      alloc: { context, size in
        let memory = malloc(size)
        if size >= LargeBlobs.size, let context, let memory {
          LargeMemory.prepare(memory, bytes: size)
          Unmanaged<LargeBlobs>.fromOpaque(context).takeUnretainedValue().arrays.append((memory, size))
        }
        return memory
      },
      free: { _, memory in free(memory) },
      allocator_data: Unmanaged.passUnretained(self).toOpaque())
    return withExtendedLifetime(self) { withUnsafeMutablePointer(to: &allocator, body) }
  }

  /// Reads the values of the large arrays that were noted.
  ///
  /// - Parameter values: where they stand in the file, in its order
  /// - Returns: false if the arrays are not just these, so that which is which is unknown; nothing is read then.
  func fill(_ values: [Range<Int>], from file: MappedFile) throws -> Bool {
    if values.isEmpty { return true }
    guard arrays.map(\.size) == values.map(\.count) else { return false }
    // Two threads: getting fresh memory takes the system longer than filling it.
    let pieces = zip(arrays, values).flatMap { Piece.split(Piece(start: $0.start, range: $1)) }
    let odd = Background { try Self.fill(pieces, from: 1, file) }
    try Self.fill(pieces, from: 0, file)
    try odd.value()
    return true
  }

  /// A part of an array, and where its values stand in the file.
  private struct Piece: @unchecked Sendable {
    let start: UnsafeMutableRawPointer
    let range: Range<Int>

    /// A few pages of the largest size each.
    static func split(_ whole: Piece) -> [Piece] {
      stride(from: 0, to: whole.range.count, by: 1 << 24).map { offset in
        let end = min(offset + 1 << 24, whole.range.count)
        return Piece(
          start: whole.start + offset, range: whole.range.lowerBound + offset..<whole.range.lowerBound + end)
      }
    }
  }

  /// Reads every other piece.
  private static func fill(_ pieces: [Piece], from first: Int, _ file: MappedFile) throws {
    for index in stride(from: first, to: pieces.count, by: 2) {
      try file.read(pieces[index].range, into: pieces[index].start)
    }
  }
}
