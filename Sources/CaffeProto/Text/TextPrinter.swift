import CProtobufC

/// Prints protobuf-c messages as protobuf's own TextFormat does.
struct TextPrinter {
  private(set) var output: [UInt8] = []
  private var indent = ""

  /// Prints the fields of a message, in the order of their numbers.
  mutating func print(_ message: UnsafeMutableRawPointer, _ type: MessageDescriptor) {
    for field in type.fields {
      let slot = FieldSlot(type, field, in: message)
      if field.isRepeated {
        let start = slot.elements(of: UInt8.self)
        for i in 0..<slot.count { start.map { print(field, UnsafeMutableRawPointer($0 + i * field.size)) } }
      } else if slot.isPresent {
        print(field, slot.address)
      }
    }
    let base = message.assumingMemoryBound(to: ProtobufCMessage.self).pointee
    for unknown in UnsafeBufferPointer(start: base.unknown_fields, count: Int(base.n_unknown_fields)) {
      print(unknown)
    }
  }

  /// Prints one value with its field's name.
  private mutating func print(_ field: FieldDescriptor, _ value: UnsafeMutableRawPointer) {
    switch field.kind {
    case .message:
      line("\(field.name) {")
      indent += "  "
      print(value.load(as: UnsafeMutableRawPointer.self), field.messageType)
      indent.removeLast(2)
      line("}")
    case .string:
      let characters = value.load(as: UnsafeMutablePointer<CChar>.self)
      line("\(field.name): \"\(escaped(String(cString: characters).utf8))\"")
    case .bytes:
      let data = value.load(as: ProtobufCBinaryData.self)
      line("\(field.name): \"\(escaped(UnsafeBufferPointer(start: data.data, count: data.len)))\"")
    case .enum:
      let number = value.load(as: Int32.self)
      line("\(field.name): \(field.enumName(of: number) ?? String(number))")
    case .int32: line("\(field.name): \(value.load(as: Int32.self))")
    case .uint32: line("\(field.name): \(value.load(as: UInt32.self))")
    case .int64: line("\(field.name): \(value.load(as: Int64.self))")
    case .float: line("\(field.name): \(TextNumber.text(value.load(as: Float.self)))")
    case .double: line("\(field.name): \(TextNumber.text(value.load(as: Double.self)))")
    case .bool: line("\(field.name): \(value.load(as: protobuf_c_boolean.self) != 0)")
    }
  }

  /// Prints unknown fields: those that came from text as they were there, of the others how long they are.
  private mutating func print(_ unknown: ProtobufCMessageUnknownField) {
    var bytes: [UInt8] = []
    bytes.appendVarint(UInt64(unknown.tag) << 3 | UInt64(unknown.wire_type.rawValue))
    let tag = bytes.count
    bytes += UnsafeBufferPointer(start: unknown.data, count: unknown.len)
    let (texts, others) = UnknownText.split(bytes)
    for text in texts { text.split(separator: "\n").forEach { line(String($0)) } }
    guard !others.isEmpty, let first = others.withUnsafeBytes({ $0.varint(at: 0) }) else { return }
    let length = texts.isEmpty ? bytes.count - tag : others.count - first.1
    line("# \(length) bytes of unknown fields, the first with number \(first.0 >> 3)")
  }

  private mutating func line(_ text: String) {
    output += indent.utf8
    output += text.utf8
    output.append(UInt8(ascii: "\n"))
  }

  /// The bytes between quotes: printable ASCII as it is, the rest as escapes.
  private func escaped(_ bytes: some Sequence<UInt8>) -> String {
    var text = ""
    for byte in bytes {
      switch Unicode.Scalar(byte) {
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\"": text += "\\\""
      case "'": text += "\\'"
      case "\\": text += "\\\\"
      case " "..."~": text.unicodeScalars.append(Unicode.Scalar(byte))
      default: text += "\\" + String(Int(byte) + 0o1000, radix: 8).dropFirst()
      }
    }
    return text
  }
}
