import CProtobufC

extension Message {
  /// Reads a message in wire format.
  ///
  /// - Parameter source: the file the bytes came from, for errors.
  /// - Throws: `WireError`.
  public init(serialized bytes: [UInt8], source: String = "", limits: WireLimits = WireLimits()) throws {
    self = try bytes.withUnsafeBytes { try Self(serialized: $0, source: source, limits: limits) }
  }

  /// Reads a message in wire format, from memory that must hold still during the call.
  ///
  /// - Parameter source: the file the bytes came from, for errors.
  /// - Throws: `WireError`.
  public init(
    serialized bytes: UnsafeRawBufferPointer, source: String = "", limits: WireLimits = WireLimits()
  ) throws {
    let scanner = try Self.scanned(bytes, source, limits)
    if scanner.patches.isEmpty {
      try self.init(scanned: bytes, scanner, source)
    } else {
      let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
      defer { copy.deallocate() }
      copy.copyMemory(from: bytes)
      try self.init(patching: copy, scanner, source)
    }
  }

  /// Reads a message in wire format from a file.
  ///
  /// Blobs are copied once, from the page cache into their own memory.
  /// - Throws: `FileError` or `WireError`.
  public init(binaryFile path: String, limits: WireLimits = WireLimits()) throws {
    self = try MappedFile(path).withBytes { bytes in
      // The mapping is private, so tags can be patched in place.
      try Self(patching: bytes, Self.scanned(UnsafeRawBufferPointer(bytes), path, limits), path)
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
    for (record, number) in scanner.patches { record.renumber(to: number, in: bytes) }
    try self.init(scanned: UnsafeRawBufferPointer(bytes), scanner, source)
  }

  private init(scanned bytes: UnsafeRawBufferPointer, _ scanner: WireScanner, _ source: String) throws {
    let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    guard let unpacked = protobuf_c_message_unpack(Self.descriptor.pointer, nil, bytes.count, start) else {
      throw WireError(source: source, offset: 0, path: Self.descriptor.name, reason: .refused)
    }
    try self.init(taking: CMessage(adopting: unpacked, renumbered: scanner.hidden))
  }
}
