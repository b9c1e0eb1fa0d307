/// Sub-messages in several records.
///
/// What several records of one sub-message mean is, by the definition of the format, what their contents mean behind each
/// other. libprotobuf-c merges them too, but loses the unknown fields of all but the last; so they are joined before.
struct SplitMessages {
  let bytes: UnsafeRawBufferPointer

  /// The same message with every sub-message that is not repeated in one record, where the first of its records stood.
  ///
  /// - Parameter bytes: a message that the scanner has found in order
  static func joined(_ bytes: UnsafeRawBufferPointer, as type: MessageDescriptor) throws(WireFault) -> [UInt8] {
    var output: [UInt8] = []
    try SplitMessages(bytes: bytes).append(as: type, to: &output)
    return output
  }

  private func append(as type: MessageDescriptor, to output: inout [UInt8]) throws(WireFault) {
    var records: [WireRecord] = []
    while case let start = records.last?.end ?? 0, start < bytes.count {
      records.append(try WireRecord(bytes, at: start, end: bytes.count))
    }
    var done: [UInt32] = []
    for record in records {
      guard record.form == .lengthPrefixed, let field = type.field(number: record.number), field.kind == .message
      else {
        output += bytes[record.start..<record.end]
        continue
      }
      if done.contains(record.number) { continue }
      var parts = [record]
      if !field.isRepeated {
        parts = records.filter { $0.number == record.number && $0.form == record.form }
        done.append(record.number)
      }
      let content = parts.flatMap { bytes[$0.value] }
      var inner: [UInt8] = []
      try Self.join(content, as: field.messageType, to: &inner)
      output += bytes[record.start..<record.start + record.tagLength]
      output.appendVarint(UInt64(inner.count))
      output += inner
    }
  }

  private static func join(_ content: [UInt8], as type: MessageDescriptor, to output: inout [UInt8]) throws(WireFault) {
    // A typed throw does not pass through withUnsafeBytes as one.
    let result = content.withUnsafeBytes { bytes -> Result<[UInt8], WireFault> in
      Result { () throws(WireFault) in try joined(bytes, as: type) }
    }
    output += try result.get()
  }
}
