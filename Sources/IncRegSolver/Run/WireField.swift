import CaffeProto

/// Length-delimited fields in protobuf's wire format, among fields that a schema does not know.
enum WireField {
  /// A field's bytes.
  static func encode(_ number: Int, _ content: [UInt8]) -> [UInt8] { UnknownFields.encode(number, content) }

  /// The content of the last field `number` in `fields`; nil where there is none.
  ///
  /// - Throws: ``IncRegError/state(_:_:)`` where the fields are cut off or are no fields
  static func last(_ number: Int, in fields: [UInt8]) throws -> [UInt8]? {
    do { return try UnknownFields.last(number, in: fields) } catch {
      throw IncRegError.state("unknown fields", "cannot be read: \(error)")
    }
  }
}
