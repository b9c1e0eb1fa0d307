import CProtobufC

extension Message {
  /// The message in wire format.
  ///
  /// - Throws: `MessageValueError` when a value does not fit the schema.
  public func serialized() throws -> [UInt8] {
    let arena = Arena()
    let message = try packable(in: arena)
    return withExtendedLifetime(arena) {
      [UInt8](unsafeUninitializedCapacity: protobuf_c_message_get_packed_size(message)) { buffer, count in
        count = buffer.baseAddress.map { protobuf_c_message_pack(message, $0) } ?? 0
      }
    }
  }

  /// Hands the message in wire format to `sink`, piece by piece.
  ///
  /// The values of blobs come straight from their own memory, so saving a net takes no second copy of its weights.
  /// - Throws: `MessageValueError` before anything is handed over; or what `sink` throws.
  public func serialize(to sink: (UnsafeRawBufferPointer) throws -> Void) throws {
    let arena = Arena()
    let message = try packable(in: arena)
    try withExtendedLifetime(arena) {
      try withoutActuallyEscaping(sink) { sink in
        let stream = PackingStream(sink)
        var buffer = StreamBuffer(
          base: ProtobufCBuffer(append: PackingStream.append), stream: Unmanaged.passUnretained(stream))
        withUnsafeMutablePointer(to: &buffer) {
          _ = UnsafeMutableRawPointer($0).withMemoryRebound(to: ProtobufCBuffer.self, capacity: 1) {
            protobuf_c_message_pack_to_buffer(message, $0)
          }
        }
        try stream.finish()
      }
    }
  }

  private func packable(in arena: Arena) throws -> UnsafeMutablePointer<ProtobufCMessage> {
    let message = try written(to: arena)
    let size = protobuf_c_message_get_packed_size(message)
    if size > Int(Int32.max) {
      throw MessageValueError(type: Self.descriptor.name, path: "", reason: .tooLarge(size))
    }
    return message
  }
}

/// What protobuf-c appends to: its own struct first, then where the bytes go.
private struct StreamBuffer {
  var base: ProtobufCBuffer
  var stream: Unmanaged<PackingStream>
}

/// Gathers the small pieces that protobuf-c writes, passes large ones on as they are, and keeps the first error.
private final class PackingStream {
  private let sink: (UnsafeRawBufferPointer) throws -> Void
  private var gathered: [UInt8] = []
  private var failure: (any Error)?

  private static let large = 1 << 16

  init(_ sink: @escaping (UnsafeRawBufferPointer) throws -> Void) { self.sink = sink }

  static let append: @convention(c) (UnsafeMutablePointer<ProtobufCBuffer>?, Int, UnsafePointer<UInt8>?) -> Void = {
    guard let buffer = $0 else { return }
    let stream = UnsafeMutableRawPointer(buffer).load(
      fromByteOffset: MemoryLayout<StreamBuffer>.offset(of: \.stream) ?? 0,
      as: Unmanaged<PackingStream>.self)
    stream.takeUnretainedValue().append(UnsafeRawBufferPointer(start: $2, count: $1))
  }

  private func append(_ bytes: UnsafeRawBufferPointer) {
    guard failure == nil else { return }
    do {
      if gathered.count + bytes.count > Self.large { try flush() }
      if bytes.count > Self.large { try sink(bytes) } else { gathered += bytes }
    } catch { failure = error }
  }

  private func flush() throws {
    try gathered.withUnsafeBytes { if !$0.isEmpty { try sink($0) } }
    gathered.removeAll(keepingCapacity: true)
  }

  func finish() throws {
    if let failure { throw failure }
    try flush()
  }
}
