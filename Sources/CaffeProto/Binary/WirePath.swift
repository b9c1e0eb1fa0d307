extension WireFault {
  /// The error with the path of the field that starts at the offending byte.
  func located(in bytes: UnsafeRawBufferPointer, as type: MessageDescriptor, source: String) -> WireError {
    let path = offset.map { WirePath(bytes, to: $0).path(0..<bytes.count, type, type.name) } ?? type.name
    return WireError(source: source, offset: offset ?? 0, path: path, reason: reason)
  }
}

/// Finds the field that starts at a byte by walking there once more; paths cost nothing as long as there is no error.
private struct WirePath {
  let bytes: UnsafeRawBufferPointer
  let target: Int

  init(_ bytes: UnsafeRawBufferPointer, to target: Int) { (self.bytes, self.target) = (bytes, target) }

  func path(_ range: Range<Int>, _ type: MessageDescriptor, _ prefix: String) -> String {
    var seen: [UInt32: Int] = [:]
    var next = range.lowerBound
    while next < range.upperBound {
      guard let record = try? WireRecord(bytes, at: next, end: range.upperBound) else {
        return unreadable(next, range.upperBound, type, prefix, seen)
      }
      let here = prefix + name(record.number, type, seen)
      if record.start == target { return here }
      if target < record.end, let field = type.field(number: record.number), field.kind == .message {
        return path(record.value, field.messageType, here)
      }
      seen[record.number, default: 0] += 1
      next = record.end
    }
    return prefix
  }

  /// The path of a record whose tag can be read at most.
  private func unreadable(
    _ start: Int, _ end: Int, _ type: MessageDescriptor, _ prefix: String, _ seen: [UInt32: Int]
  ) -> String {
    let message = UnsafeRawBufferPointer(rebasing: bytes[..<end])
    guard let (tag, _) = message.varint(at: start, limit: 5), tag >> 3 > 0, tag >> 32 == 0 else {
      return prefix
    }
    return prefix + name(UInt32(tag >> 3), type, seen)
  }

  private func name(_ number: UInt32, _ type: MessageDescriptor, _ seen: [UInt32: Int]) -> String {
    guard let field = type.field(number: number) else { return ".\(number)" }
    let isCounted = field.isRepeated && (field.kind == .message || field.kind == .string)
    return "." + field.name + (isCounted ? "[\(seen[number, default: 0])]" : "")
  }
}
