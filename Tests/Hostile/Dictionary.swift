import CaffeProto

extension FuzzTargets {
  /// The names of all messages' fields and enum values, and the tags of fields, in the form of libFuzzer's dictionaries.
  public static var dictionary: String {
    var words: Set<String> = []
    var known: Set<MessageDescriptor> = []
    var waiting = Array(messages.values)
    while let type = waiting.popLast() {
      guard known.insert(type).inserted else { continue }
      for field in type.fields {
        words.insert("\"\(field.name)\"")
        if field.kind == .enum { words.formUnion(field.enumNames.map { "\"\($0)\"" }) }
        if field.kind == .message { waiting.append(field.messageType) }
        words.insert(
          "\"" + tag(field).map { "\\x" + String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() + "\"")
      }
    }
    return words.sorted().joined(separator: "\n")
  }

  /// A field's number and form as they stand before its value.
  private static func tag(_ field: FieldDescriptor) -> [UInt8] {
    let form: UInt32 =
      switch field.kind {
      case .float: 5
      case .double: 1
      case .string, .bytes, .message: 2
      default: 0
      }
    var (rest, bytes) = (field.number << 3 | form, [UInt8]())
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }
}
