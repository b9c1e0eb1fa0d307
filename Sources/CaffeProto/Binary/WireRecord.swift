import CProtobufC

/// What is wrong, and in the record at which byte (nil: in the whole message); `WireError` adds the path.
struct WireFault: Error {
  let offset: Int?
  let reason: WireError.Reason

  init(_ offset: Int?, _ reason: WireError.Reason) { (self.offset, self.reason) = (offset, reason) }
}

/// One field in wire format: a tag and its value.
struct WireRecord {
  enum Form: UInt64 {
    case varint = 0
    case fixed64 = 1
    case lengthPrefixed = 2
    case fixed32 = 5
  }

  let number: UInt32
  let form: Form
  let tagLength: Int
  let start: Int

  /// The value, without a length prefix.
  let value: Range<Int>

  var end: Int { value.upperBound }

  /// Reads the record that starts at an offset and must stop before `end`.
  init(_ bytes: UnsafeRawBufferPointer, at start: Int, end: Int) throws(WireFault) {
    let message = UnsafeRawBufferPointer(rebasing: bytes[..<end])
    guard let (tag, tagLength) = message.varint(at: start, limit: 5) else {
      throw WireFault(start, .malformedVarint)
    }
    if tag & 7 == 3 || tag & 7 == 4 { throw WireFault(start, .group) }
    guard let form = Form(rawValue: tag & 7), tag >> 3 > 0, tag >> 32 == 0 else {
      throw WireFault(start, .invalidTag(tag))
    }
    var from = start + tagLength
    let length: Int
    switch form {
    case .fixed32: length = 4
    case .fixed64: length = 8
    case .varint:
      guard let (_, digits) = message.varint(at: from) else { throw WireFault(start, .malformedVarint) }
      length = digits
    case .lengthPrefixed:
      guard let (prefix, digits) = message.varint(at: from) else { throw WireFault(start, .malformedVarint) }
      from += digits
      length = Int(clamping: prefix)
    }
    if length > end - from { throw WireFault(start, .truncated(needed: length, left: end - from)) }
    (number, self.form, self.tagLength, self.start) = (UInt32(tag >> 3), form, tagLength, start)
    value = from..<(from + length)
  }

  /// Whether the record has the form of a field's value, or of a packed array of them.
  func fits(_ field: FieldDescriptor) -> Bool {
    form == field.form || form == .lengthPrefixed && field.isRepeated
  }

  /// Writes another number into the tag, in as many bytes as it has.
  func renumber(to number: UInt32, in bytes: UnsafeMutableRawBufferPointer) {
    var rest = UInt64(number) << 3 | form.rawValue
    for i in 0..<tagLength {
      bytes[start + i] = UInt8(rest & 0x7f) | (i + 1 < tagLength ? 0x80 : 0)
      rest >>= 7
    }
  }
}

extension FieldDescriptor {
  /// The form of one value of the field.
  var form: WireRecord.Form {
    switch kind {
    case .int32, .int64, .uint32, .bool, .enum: .varint
    case .float: .fixed32
    case .double: .fixed64
    case .string, .bytes, .message: .lengthPrefixed
    }
  }

  /// Bytes of one value, when all values have the same number.
  var fixedSize: Int? {
    switch form {
    case .fixed32: 4
    case .fixed64: 8
    default: nil
    }
  }
}
