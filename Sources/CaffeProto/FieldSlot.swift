import Base
import CProtobufC
import Glibc

/// Where one field lies in a protobuf-c struct.
///
/// A repeated field is a count (at the quantifier's offset) and a pointer to the elements. An optional scalar has a
/// flag at that offset. Strings and messages have none: they are present when their pointer is neither NULL nor the
/// static default.
struct FieldSlot {
  let type: MessageDescriptor
  let field: FieldDescriptor
  let message: UnsafeMutableRawPointer

  init(_ type: MessageDescriptor, _ field: FieldDescriptor, in message: UnsafeMutableRawPointer) {
    (self.type, self.field, self.message) = (type, field, message)
  }

  var address: UnsafeMutableRawPointer { message + Int(field.pointer.pointee.offset) }

  private var quantifier: UnsafeMutableRawPointer { message + Int(field.pointer.pointee.quantifier_offset) }

  private var hasFlag: Bool {
    field.pointer.pointee.label == PROTOBUF_C_LABEL_OPTIONAL && field.kind != .string
      && field.kind != .message
  }

  /// Whether a field that is not repeated has a value. A required scalar always has one.
  var isPresent: Bool {
    if hasFlag { return quantifier.load(as: protobuf_c_boolean.self) != 0 }
    guard field.kind == .string || field.kind == .message else { return true }
    let value = load(as: UnsafeRawPointer?.self)
    return value != nil && value != field.pointer.pointee.default_value
  }

  func load<T>(as _: T.Type = T.self) -> T { address.load(as: T.self) }

  /// Sets the value of a field that is not repeated.
  func store<T>(_ value: T) {
    address.storeBytes(of: value, as: T.self)
    if hasFlag { quantifier.storeBytes(of: 1, as: protobuf_c_boolean.self) }
  }

  /// Number of elements of a repeated field.
  var count: Int { quantifier.load(as: Int.self) }

  func elements<T>(of _: T.Type = T.self) -> UnsafeMutablePointer<T>? {
    load(as: UnsafeMutableRawPointer?.self)?.assumingMemoryBound(to: T.self)
  }

  func setElements<T>(_ start: UnsafeMutablePointer<T>?, count: Int) {
    address.storeBytes(of: UnsafeMutableRawPointer(start), as: UnsafeMutableRawPointer?.self)
    quantifier.storeBytes(of: count, as: Int.self)
  }

  func failure(_ reason: MessageValueError.Reason) -> MessageValueError {
    MessageValueError(type: type.name, path: field.name, reason: reason)
  }
}

// MARK: - building messages value by value

extension FieldSlot {
  /// Sets the field, or appends to it if it is repeated; the memory must come from malloc.
  func put<T>(_ value: T) {
    guard field.isRepeated else { return store(value) }
    let count = self.count
    var elements = elements(of: T.self)
    // Full exactly when the count is 0 or a power of two, since only this function adds elements.
    if count & (count - 1) == 0 {
      let bytes = max(1, 2 * count) * MemoryLayout<T>.stride
      guard let memory = realloc(elements, bytes) else {
        OutOfMemory.end(bytes, for: "field \(field.name) of \(type.name)")
      }
      elements = memory.bindMemory(to: T.self, capacity: max(1, 2 * count))
    }
    elements?[count] = value
    setElements(elements, count: count + 1)
  }

  /// Sets or appends a string.
  func putString(_ utf8: [UInt8]) { put(copy(of: utf8, extra: 1).assumingMemoryBound(to: CChar.self)) }

  /// Sets or appends bytes.
  func putBytes(_ bytes: [UInt8]) {
    put(
      ProtobufCBinaryData(
        len: bytes.count, data: copy(of: bytes, extra: 0).assumingMemoryBound(to: UInt8.self)))
  }

  private func copy(of bytes: [UInt8], extra: Int) -> UnsafeMutableRawPointer {
    let memory = CMessage.zeroed(bytes.count + extra)
    bytes.withUnsafeBytes {
      memory.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(memory), byteCount: $0.count)
    }
    return memory
  }
}
