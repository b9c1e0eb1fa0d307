/// Length-delimited fields in protobuf's wire format, among fields that a schema does not know.
enum WireField {
  /// A field's bytes.
  static func encode(_ number: Int, _ content: [UInt8]) -> [UInt8] {
    varint(number << 3 | 2) + varint(content.count) + content
  }

  /// The content of the last field `number` in `fields`; nil where there is none.
  ///
  /// - Throws: ``IncRegError/state(_:_:)`` where the fields are cut off or are no fields
  static func last(_ number: Int, in fields: [UInt8]) throws -> ArraySlice<UInt8>? {
    var rest = fields[...]
    var found: ArraySlice<UInt8>?
    while !rest.isEmpty {
      let key = try take(&rest)
      let length =
        switch key & 7 {
        case 0:
          try {
            _ = try take(&rest); return 0
          }()
        case 1: 8
        case 2: try take(&rest)
        case 5: 4
        default: throw IncRegError.state("unknown fields", "wire type \(key & 7) cannot be read")
        }
      guard length <= rest.count else { throw IncRegError.state("unknown fields", "a field is cut off") }
      if key == number << 3 | 2 { found = rest.prefix(length) }
      rest = rest.dropFirst(length)
    }
    return found
  }

  private static func varint(_ value: Int) -> [UInt8] {
    var (value, bytes) = (UInt(value), [UInt8]())
    while value >= 0x80 {
      bytes.append(UInt8(value & 0x7f) | 0x80)
      value >>= 7
    }
    return bytes + [UInt8(value)]
  }

  private static func take(_ rest: inout ArraySlice<UInt8>) throws -> Int {
    var value = 0
    for shift in stride(from: 0, to: 63, by: 7) {
      guard let byte = rest.popFirst() else { throw IncRegError.state("unknown fields", "a number is cut off") }
      value |= Int(byte & 0x7f) << shift
      if byte < 0x80 { return value }
    }
    // Ten bytes are a negative number in a field that is skipped.
    guard rest.popFirst() != nil else { throw IncRegError.state("unknown fields", "a number is cut off") }
    return value
  }
}
