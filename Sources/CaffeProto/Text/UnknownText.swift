import CProtobufC
import Glibc

/// Fields that were read from text and that the schema does not have.
///
/// A message keeps each under the largest number there is, among the unknown fields of the wire format. Printing gives
/// the text back; in binary they are left out, since nobody knows their numbers.
package enum UnknownText {
  static let number: UInt32 = 1 << 29 - 1

  /// Adds a field's text to a protobuf-c message.
  static func append(_ text: String, to message: UnsafeMutableRawPointer) {
    var bytes: [UInt8] = []
    bytes.appendVarint(UInt64(text.utf8.count))
    bytes += text.utf8
    let base = message.assumingMemoryBound(to: ProtobufCMessage.self)
    let count = Int(base.pointee.n_unknown_fields)
    var fields = base.pointee.unknown_fields
    // Full exactly when the count is 0 or a power of two, since only this function adds fields.
    if count & (count - 1) == 0 {
      let size = max(1, 2 * count) * MemoryLayout<ProtobufCMessageUnknownField>.stride
      guard let memory = realloc(fields, size) else { preconditionFailure("cannot allocate \(size) bytes") }
      fields = memory.assumingMemoryBound(to: ProtobufCMessageUnknownField.self)
    }
    let data = CMessage.zeroed(bytes.count).assumingMemoryBound(to: UInt8.self)
    data.update(from: bytes, count: bytes.count)
    fields?[count] = ProtobufCMessageUnknownField(
      tag: number, wire_type: ProtobufCWireType(UInt32(WireRecord.Form.lengthPrefixed.rawValue)), len: bytes.count,
      data: data)
    (base.pointee.n_unknown_fields, base.pointee.unknown_fields) = (UInt32(count + 1), fields)
  }

  /// Unknown fields in wire format, sorted into those that came from text and the others.
  package static func split(_ fields: [UInt8]) -> (texts: [String], others: [UInt8]) {
    var (texts, others): ([String], [UInt8]) = ([], [])
    fields.withUnsafeBytes { bytes in
      var offset = 0
      while offset < bytes.count, let record = try? WireRecord(bytes, at: offset, end: bytes.count) {
        if record.number == number, record.form == .lengthPrefixed {
          texts.append(String(decoding: UnsafeRawBufferPointer(rebasing: bytes[record.value]), as: UTF8.self))
        } else {
          others += bytes[offset..<record.end]
        }
        offset = record.end
      }
      // What is no record is passed on as it is.
      others += bytes[offset...]
    }
    return (texts, others)
  }

  /// Those unknown fields that came from text, in wire format.
  static func encode(_ texts: [String]) -> [UInt8] {
    texts.flatMap { UnknownFields.encode(Int(number), Array($0.utf8)) }
  }
}

/// A field of a text, or a value of an enum, that the schema does not have, and which was kept.
public struct UnknownTextField: Sendable, Equatable {
  /// Where it stands, and what would be wrong with it if it were not kept.
  public let error: TextFormatError
  /// In which layer of a net it is, by position in `layer` or `layers`.
  public let layer: Int?

  /// The field's name.
  public var name: String {
    switch error.reason {
    case .unknownField(let name, _, _): name
    case .unknownValue(let value, let field, _): "\(field): \(value)"
    default: ""
    }
  }

  /// Whether nothing that is computed depends on it: an implementation's name.
  public var isHarmless: Bool { name == "engine" || name.hasPrefix("engine: ") }

  /// Adds lines to all faults of a text; the faults come in the order of the text.
  static func all(
    _ kept: [(fault: TextFault, path: [(field: FieldDescriptor, index: Int)])], in text: [UInt8], file: String,
    type: MessageDescriptor
  ) -> [UnknownTextField] {
    var (line, offset) = (1, 0)
    return kept.map { fault, path in
      line += text[offset..<fault.offset].count { $0 == UInt8(ascii: "\n") }
      offset = fault.offset
      let layer = path.first.flatMap { ["layer", "layers"].contains($0.field.name) ? $0.index : nil }
      return UnknownTextField(
        error: TextFormatError(fault, in: text, file: file, type: type, path: path, line: line), layer: layer)
    }
  }
}
