/// Length-delimited fields among those that a schema does not know, as messages keep them in wire format.
package enum UnknownFields {
  /// A field's bytes.
  package static func encode(_ number: Int, _ content: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendVarint(UInt64(number) << 3 | WireRecord.Form.lengthPrefixed.rawValue)
    bytes.appendVarint(UInt64(content.count))
    return bytes + content
  }

  /// The content of the last field `number` in `fields`; nil where there is none.
  ///
  /// - Throws: `WireError` where the fields are cut off or are no fields
  package static func last(_ number: Int, in fields: [UInt8]) throws(WireError) -> [UInt8]? {
    // A typed throw does not pass through withUnsafeBytes as one.
    let result = fields.withUnsafeBytes { bytes in
      Result { () throws(WireFault) -> Range<Int>? in
        var (offset, found) = (0, Range<Int>?.none)
        while offset < bytes.count {
          let record = try WireRecord(bytes, at: offset, end: bytes.count)
          if Int(record.number) == number, record.form == .lengthPrefixed { found = record.value }
          offset = record.end
        }
        return found
      }
    }
    do throws(WireFault) { return try result.get().map { Array(fields[$0]) } } catch {
      throw WireError(source: "", offset: error.offset ?? 0, path: "unknown fields", reason: error.reason)
    }
  }
}
