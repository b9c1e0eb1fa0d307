extension Array<UInt8> {
  /// Appends a number in wire format: seven bits a byte, lowest first, the top bit set on all but the last.
  package mutating func appendVarint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }
}

extension UnsafeRawBufferPointer {
  /// The number at an offset and its length in bytes; nil when it does not end within ten bytes or the buffer.
  package func varint(at offset: Int, limit: Int = 10) -> (value: UInt64, length: Int)? {
    var value: UInt64 = 0
    var length = 0
    while length < limit, offset + length < count {
      let byte = self[offset + length]
      value |= UInt64(byte & 0x7f) << (7 * UInt64(length))
      length += 1
      if byte < 0x80 { return (value, length) }
    }
    return nil
  }
}
