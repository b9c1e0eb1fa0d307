import CProtobufC

/// What a message type is made of: protobuf-c's description of it.
public struct MessageDescriptor: @unchecked Sendable, Hashable {  // static, constant C data
  let pointer: UnsafePointer<ProtobufCMessageDescriptor>

  init(_ pointer: UnsafePointer<ProtobufCMessageDescriptor>) { self.pointer = pointer }

  /// The name, such as "LayerParameter".
  public var name: String { String(cString: pointer.pointee.short_name) }

  /// The fields' names, in the order of their numbers.
  public var fieldNames: [String] { fields.map(\.name) }

  var size: Int { pointer.pointee.sizeof_message }

  package var fieldCount: Int { Int(pointer.pointee.n_fields) }

  package var fields: some RandomAccessCollection<FieldDescriptor> { (0..<fieldCount).lazy.map(field(at:)) }

  package func field(at index: Int) -> FieldDescriptor { FieldDescriptor(pointer.pointee.fields + index) }

  func field(named name: String) -> FieldDescriptor? {
    protobuf_c_message_descriptor_get_field_by_name(pointer, name).map(FieldDescriptor.init)
  }

  package func field(number: UInt32) -> FieldDescriptor? {
    protobuf_c_message_descriptor_get_field(pointer, number).map(FieldDescriptor.init)
  }
}

/// One field of a message type.
package struct FieldDescriptor: @unchecked Sendable {  // static, constant C data
  let pointer: UnsafePointer<ProtobufCFieldDescriptor>

  init(_ pointer: UnsafePointer<ProtobufCFieldDescriptor>) { self.pointer = pointer }

  package var name: String { String(cString: pointer.pointee.name) }
  package var number: UInt32 { pointer.pointee.id }
  package var isRepeated: Bool { pointer.pointee.label == PROTOBUF_C_LABEL_REPEATED }
  var isRequired: Bool { pointer.pointee.label == PROTOBUF_C_LABEL_REQUIRED }

  /// The types that the schema uses.
  package enum Kind: String { case int32, int64, uint32, float, double, bool, `enum`, string, bytes, message }

  package var kind: Kind {
    switch pointer.pointee.type {
    case PROTOBUF_C_TYPE_INT32: .int32
    case PROTOBUF_C_TYPE_INT64: .int64
    case PROTOBUF_C_TYPE_UINT32: .uint32
    case PROTOBUF_C_TYPE_FLOAT: .float
    case PROTOBUF_C_TYPE_DOUBLE: .double
    case PROTOBUF_C_TYPE_BOOL: .bool
    case PROTOBUF_C_TYPE_ENUM: .enum
    case PROTOBUF_C_TYPE_STRING: .string
    case PROTOBUF_C_TYPE_BYTES: .bytes
    case PROTOBUF_C_TYPE_MESSAGE: .message
    default: preconditionFailure("proto/generate.py refuses other types")
    }
  }

  /// The type of a message field's value; only for that kind.
  package var messageType: MessageDescriptor {
    MessageDescriptor(pointer.pointee.descriptor.assumingMemoryBound(to: ProtobufCMessageDescriptor.self))
  }

  /// The type of an enum field's value; only for that kind.
  var enumType: UnsafePointer<ProtobufCEnumDescriptor> {
    pointer.pointee.descriptor.assumingMemoryBound(to: ProtobufCEnumDescriptor.self)
  }
}

extension FieldDescriptor {
  /// Bytes of one value in a protobuf-c struct.
  var size: Int {
    switch kind {
    case .int32, .uint32, .float, .bool, .enum: 4
    case .int64, .double, .string, .message: 8
    case .bytes: MemoryLayout<ProtobufCBinaryData>.stride
    }
  }

  /// The names of an enum field's values, in the order of their numbers.
  package var enumNames: [String] {
    UnsafeBufferPointer(start: enumType.pointee.values, count: Int(enumType.pointee.n_values)).map {
      String(cString: $0.name)
    }
  }

  func enumName(of number: Int32) -> String? {
    protobuf_c_enum_descriptor_get_value(enumType, number).map { String(cString: $0.pointee.name) }
  }

  func enumNumber(named name: String) -> Int32? {
    protobuf_c_enum_descriptor_get_value_by_name(enumType, name)?.pointee.value
  }
}
