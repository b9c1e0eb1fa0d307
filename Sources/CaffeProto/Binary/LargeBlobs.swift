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
    for (array, range) in zip(arrays, values) { try file.read(range, into: array.start) }
    return true
  }
}
