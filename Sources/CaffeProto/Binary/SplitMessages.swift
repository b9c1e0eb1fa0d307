/// Sub-messages in several records.
///
/// By the definition of the format, several records of one sub-message mean the same as one record with their contents
/// one after the other. libprotobuf-c merges them too, but loses the unknown fields of all but the last. So they are
/// joined before.
struct SplitMessages {
  let bytes: UnsafeRawBufferPointer

  /// The same message with every sub-message that is not repeated in one record, where the first of its records stood.
  ///
  /// - Parameter bytes: a message that the scanner has found in order, its fields renumbered
  static func joined(_ bytes: UnsafeRawBufferPointer, as type: MessageDescriptor) throws(WireFault) -> [UInt8] {
    var output: [UInt8] = []
    try SplitMessages(bytes: bytes).append(as: type, to: &output)
    return output
  }

  private func append(as type: MessageDescriptor, to output: inout [UInt8]) throws(WireFault) {
    // Records only lose tags and lengths.
    output.reserveCapacity(output.count + bytes.count)
    var parts: [UInt32: [WireRecord]] = [:]
    var records: [WireRecord] = []
    var offset = 0
    while offset < bytes.count {
      let record = try WireRecord(bytes, at: offset, end: bytes.count)
      offset = record.end
      guard let field = message(record, in: type), !field.isRepeated else {
        records.append(record)
        continue
      }
      if parts[record.number] == nil { records.append(record) }
      parts[record.number, default: []].append(record)
    }
    for record in records {
      guard let field = message(record, in: type) else {
        output += bytes[record.start..<record.end]
        continue
      }
      var inner: [UInt8] = []
      if let parts = parts[record.number], parts.count > 1 {
        var content: [UInt8] = []
        for part in parts { content += bytes[part.value] }
        // A typed throw does not pass through withUnsafeBytes as one.
        let result = content.withUnsafeBytes { bytes -> Result<[UInt8], WireFault> in
          Result { () throws(WireFault) in try Self.joined(bytes, as: field.messageType) }
        }
        inner = try result.get()
      } else {
        let content = UnsafeRawBufferPointer(rebasing: bytes[record.value])
        try SplitMessages(bytes: content).append(as: field.messageType, to: &inner)
      }
      output += bytes[record.start..<record.start + record.tagLength]
      output.appendVarint(UInt64(inner.count))
      output += inner
    }
  }

  /// The field of a record that is a message.
  private func message(_ record: WireRecord, in type: MessageDescriptor) -> FieldDescriptor? {
    guard record.form == .lengthPrefixed, let field = type.field(number: record.number), field.kind == .message else {
      return nil
    }
    return field
  }
}
