import Base
import CProtobufC

extension Message {
  /// Reads a message in wire format.
  ///
  /// - Parameters:
  ///   - bytes: the message
  ///   - source: the file the bytes came from, for errors.
  ///   - limits: what is accepted at most
  /// - Throws: `WireError`.
  public init(serialized bytes: [UInt8], source: String = "", limits: WireLimits = WireLimits()) throws {
    self = try bytes.withUnsafeBytes { try Self(serialized: $0, source: source, limits: limits) }
  }

  /// Reads a message in wire format, from memory that must hold still during the call.
  ///
  /// - Parameters:
  ///   - bytes: the message
  ///   - source: the file the bytes came from, for errors.
  ///   - limits: what is accepted at most
  /// - Throws: `WireError`.
  public init(
    serialized bytes: UnsafeRawBufferPointer, source: String = "", limits: WireLimits = WireLimits()
  ) throws {
    let scanner = try Self.scanned(bytes, source, limits)
    if scanner.hasSplitMessages {
      let joined = try Self.joined(bytes, scanner, source)
      self = try joined.withUnsafeBytes { try Self(scanned: $0, scanner, source) }
    } else if scanner.patches.isEmpty {
      try self.init(scanned: bytes, scanner, source)
    } else {
      let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
      defer { copy.deallocate() }
      copy.copyMemory(from: bytes)
      try self.init(patching: copy, scanner, source)
    }
  }

  /// The message with its sub-messages joined and its fields renumbered. It is not scanned again: what stands in one
  /// record now was found in order in several.
  private static func joined(
    _ bytes: UnsafeRawBufferPointer, _ scanner: WireScanner, _ source: String
  ) throws -> [UInt8] {
    var copy = Array(bytes)
    return try copy.withUnsafeMutableBytes { copy in
      for (record, number) in scanner.patches { record.renumber(to: number, in: copy) }
      do throws(WireFault) {
        return try SplitMessages.joined(UnsafeRawBufferPointer(copy), as: descriptor)
      } catch {
        throw error.located(in: UnsafeRawBufferPointer(copy), as: descriptor, source: source)
      }
    }
  }

  /// Reads a message in wire format from a file.
  ///
  /// The values of large blobs go from the file into their own memory, and nothing else of the file stays in memory.
  /// - Throws: `FileError` or `WireError`.
  public init(binaryFile path: String, limits: WireLimits = WireLimits()) throws {
    let large = LargeBlobs()
    let file = try MappedFile(path)
    let message: Self? = try file.withBytes { bytes in
      let scanner = try Self.scanned(UnsafeRawBufferPointer(bytes), path, limits)
      if scanner.hasSplitMessages { return nil }
      let values = scanner.hasWholeBlobs ? scanner.largeValues : []
      for range in values { try file.blank(range) }
      // The mapping is private, so tags can be patched in place.
      let unpacked = try Self.unpacked(patching: bytes, scanner, path, large)
      if try !large.fill(values, from: file) { return nil }
      return try Self(taking: unpacked)
    }
    if let message {
      self = message
      return
    }
    // There are other large arrays than the values of blobs, gradients for instance, or sub-messages in several
    // records: the plain way then.
    self = try MappedFile(path).withBytes {
      try Self(serialized: UnsafeRawBufferPointer($0), source: path, limits: limits)
    }
  }

  private static func scanned(
    _ bytes: UnsafeRawBufferPointer, _ source: String, _ limits: WireLimits
  ) throws -> WireScanner {
    var scanner = WireScanner(bytes, limits)
    do {
      try scanner.scan(as: descriptor)
    } catch {
      throw error.located(in: bytes, as: descriptor, source: source)
    }
    return scanner
  }

  private init(patching bytes: UnsafeMutableRawBufferPointer, _ scanner: WireScanner, _ source: String) throws {
    try self.init(taking: Self.unpacked(patching: bytes, scanner, source, nil))
  }

  private static func unpacked(
    patching bytes: UnsafeMutableRawBufferPointer, _ scanner: WireScanner, _ source: String, _ large: LargeBlobs?
  ) throws -> CMessage {
    for (record, number) in scanner.patches { record.renumber(to: number, in: bytes) }
    return try unpacked(UnsafeRawBufferPointer(bytes), scanner, source, large)
  }

  private init(scanned bytes: UnsafeRawBufferPointer, _ scanner: WireScanner, _ source: String) throws {
    try self.init(taking: Self.unpacked(bytes, scanner, source, nil))
  }

  private static func unpacked(
    _ bytes: UnsafeRawBufferPointer, _ scanner: WireScanner, _ source: String, _ large: LargeBlobs?
  ) throws -> CMessage {
    let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    let message =
      if let large {
        large.watching { protobuf_c_message_unpack(descriptor.pointer, $0, bytes.count, start) }
      } else {
        protobuf_c_message_unpack(descriptor.pointer, nil, bytes.count, start)
      }
    guard let message else {
      throw WireError(source: source, offset: 0, path: descriptor.name, reason: .refused)
    }
    return CMessage(adopting: message, renumbered: scanner.hidden)
  }
}
