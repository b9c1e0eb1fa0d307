import CProtobufC

extension FieldCursor {
  mutating func string(_ value: inout String?) throws {
    let slot = next()
    try single(slot, &value, load: cString, store: { try lent($0, slot) })
  }

  mutating func strings(_ values: inout [String]) throws {
    let slot = next()
    try list(slot, &values, load: cString, store: { value, _ in try lent(value, slot) })
  }

  private func cString(_ text: UnsafeMutablePointer<CChar>?) -> String? { text.map { String(cString: $0) } }

  private func lent(_ text: String, _ slot: FieldSlot) throws -> UnsafeMutablePointer<CChar>? {
    if text.utf8.contains(0) { throw slot.failure(.nulInString) }
    return arena?.string(text)
  }

  mutating func bytes(_ value: inout [UInt8]?) throws {
    try single(
      next(), &value,
      load: { (c: ProtobufCBinaryData) in Array(UnsafeBufferPointer(start: c.data, count: c.len)) },
      store: { bytes in
        let copy = arena?.array(of: UInt8.self, count: bytes.count)
        _ = UnsafeMutableBufferPointer(start: copy, count: bytes.count).update(from: bytes)
        return ProtobufCBinaryData(len: bytes.count, data: copy)
      })
  }

  mutating func enumeration<E: RawRepresentable<Int32>>(_ value: inout E?) throws {
    let slot = next()
    var unnamed: Int32?
    try single(slot, &value, load: { named($0, &unnamed) }, store: { $0.rawValue })
    if let unnamed { keep(unnamed, of: slot.field) }
  }

  mutating func enumerations<E: RawRepresentable<Int32>>(_ values: inout [E]) throws {
    let slot = next()
    var unnamed: [Int32] = []
    try list(
      slot, &values,
      load: { (number: Int32) in
        var stray: Int32?
        defer { stray.map { unnamed.append($0) } }
        return named(number, &stray)
      }, store: { value, _ in value.rawValue })
    for number in unnamed { keep(number, of: slot.field) }
  }

  private func named<E: RawRepresentable<Int32>>(_ number: Int32, _ unnamed: inout Int32?) -> E? {
    let value = E(rawValue: number)
    if value == nil { unnamed = number }
    return value
  }

  /// An enum number that the schema does not name counts as an unknown field, as proto2 has it.
  private mutating func keep(_ number: Int32, of field: FieldDescriptor) {
    strays.appendVarint(UInt64(field.number) << 3)
    strays.appendVarint(UInt64(bitPattern: Int64(number)))
  }

  mutating func message<M: Message>(_ value: inout Box<M>?) throws {
    let slot = next()
    try single(slot, &value, load: { try taken($0).map(Box.init) }, store: { try lent($0.value, slot, nil) })
  }

  mutating func messages<M: Message>(_ values: inout [M]) throws {
    let slot = next()
    try list(slot, &values, load: { try taken($0) }, store: { try lent($0, slot, $1) })
  }

  private func taken<M: Message>(_ source: UnsafeMutableRawPointer?) throws -> M? {
    guard let source else { return nil }
    var value = M()
    var cursor = FieldCursor(reading: source, M.descriptor, renumbered: renumbered)
    try value.visit(&cursor)
    return value
  }

  private func lent<M: Message>(_ value: M, _ slot: FieldSlot, _ index: Int?) throws
    -> UnsafeMutableRawPointer?
  {
    guard let arena else { return nil }
    do {
      return UnsafeMutableRawPointer(try value.written(to: arena))
    } catch let error as MessageValueError {
      throw error.inside(type, slot.field, index)
    }
  }

  /// Moves the unknown fields. To protobuf-c they are one field, since it only writes its bytes behind its tag.
  mutating func unknown(_ bytes: inout [UInt8]) throws {
    let base = message.assumingMemoryBound(to: ProtobufCMessage.self)
    guard let arena else {
      for field in UnsafeBufferPointer(
        start: base.pointee.unknown_fields, count: Int(base.pointee.n_unknown_fields))
      {
        let number = renumbered[FieldNumber(type, field.tag)] ?? field.tag
        bytes.appendVarint(UInt64(number) << 3 | UInt64(field.wire_type.rawValue))
        bytes += UnsafeBufferPointer(start: field.data, count: field.len)
      }
      bytes += strays
      return
    }
    let kept = arena.keepsUnknownText ? bytes : UnknownText.split(bytes).others
    if kept.isEmpty { return }
    guard let (tag, length) = kept.withUnsafeBytes({ $0.varint(at: 0) }), tag >> 3 > 0, tag >> 32 == 0 else {
      throw MessageValueError(type: type.name, path: "unknownFields", reason: .notWireFormat)
    }
    let field = arena.array(of: ProtobufCMessageUnknownField.self, count: 1)
    let rest = arena.array(of: UInt8.self, count: kept.count - length)
    _ = UnsafeMutableBufferPointer(start: rest, count: kept.count - length).update(from: kept[length...])
    field.pointee.tag = UInt32(tag >> 3)
    field.pointee.wire_type = ProtobufCWireType(UInt32(tag & 7))
    (field.pointee.len, field.pointee.data) = (kept.count - length, rest)
    (base.pointee.n_unknown_fields, base.pointee.unknown_fields) = (1, field)
  }
}
