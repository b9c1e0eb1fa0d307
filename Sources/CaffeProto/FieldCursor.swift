import CProtobufC

/// Moves the fields of one message between its Swift value and its protobuf-c struct, one after the other.
///
/// `Message.visit` names every field in the order of the numbers, which is protobuf-c's order too, so the cursor needs
/// no table of its own: protobuf-c's descriptors say where in the struct each field lies.
public struct FieldCursor {
  let type: MessageDescriptor
  let message: UnsafeMutableRawPointer
  let arena: Arena?  // nil while reading
  let renumbered: Renumbering
  var strays: [UInt8] = []  // enum numbers without a name, in wire format
  private var index = 0

  init(reading message: UnsafeMutableRawPointer, _ type: MessageDescriptor, renumbered: Renumbering) {
    (self.message, self.type, arena, self.renumbered) = (message, type, nil, renumbered)
  }

  init(writing message: UnsafeMutableRawPointer, _ type: MessageDescriptor, arena: Arena) {
    (self.message, self.type, self.arena, renumbered) = (message, type, arena, [:])
  }

  mutating func next() -> FieldSlot {
    defer { index += 1 }
    return FieldSlot(type, type.field(at: index), in: message)
  }

  /// Moves a value that is not repeated and has the form `C` in the struct.
  func single<T, C>(_ slot: FieldSlot, _ value: inout T?, load: (C) throws -> T?, store: (T) throws -> C)
    throws
  {
    if arena == nil {
      value = slot.isPresent ? try load(slot.load()) : nil
    } else if let value {
      slot.store(try store(value))
    } else if slot.field.isRequired {
      throw slot.failure(.missing)
    }
  }

  /// Moves a repeated field whose elements have the form `C` in the struct.
  func list<T, C>(_ slot: FieldSlot, _ values: inout [T], load: (C) throws -> T?, store: (T, Int) throws -> C)
    throws
  {
    if let arena {
      guard !values.isEmpty else { return }
      let elements = arena.array(of: C.self, count: values.count)
      for (i, value) in values.enumerated() { elements[i] = try store(value, i) }
      slot.setElements(elements, count: values.count)
    } else {
      values = try UnsafeMutableBufferPointer<C>(start: slot.elements(), count: slot.count).compactMap(load)
    }
  }
}

extension FieldCursor {
  mutating func int(_ value: inout Int?) throws {
    let slot = next()
    switch slot.field.kind {
    case .int64: try integer(slot, &value, Int64.self)
    case .uint32: try integer(slot, &value, UInt32.self)
    default: try integer(slot, &value, Int32.self)
    }
  }

  private func integer<C: FixedWidthInteger>(_ slot: FieldSlot, _ value: inout Int?, _: C.Type) throws {
    try single(slot, &value, load: { (c: C) in Int(c) }, store: { try narrowed($0, slot) })
  }

  mutating func ints(_ values: inout [Int]) throws {
    let slot = next()
    switch slot.field.kind {
    case .int64: try integers(slot, &values, Int64.self)
    case .uint32: try integers(slot, &values, UInt32.self)
    default: try integers(slot, &values, Int32.self)
    }
  }

  private func integers<C: FixedWidthInteger>(_ slot: FieldSlot, _ values: inout [Int], _: C.Type) throws {
    try list(slot, &values, load: { (c: C) in Int(c) }, store: { value, _ in try narrowed(value, slot) })
  }

  private func narrowed<C: FixedWidthInteger>(_ value: Int, _ slot: FieldSlot) throws -> C {
    guard let narrow = C(exactly: value) else {
      throw slot.failure(.outOfRange(value, type: slot.field.kind.rawValue))
    }
    return narrow
  }

  mutating func float(_ value: inout Float?) throws {
    try single(next(), &value, load: { (c: Float) in c }, store: { $0 })
  }

  mutating func floats(_ values: inout [Float]) throws {
    try list(next(), &values, load: { (c: Float) in c }, store: { value, _ in value })
  }

  mutating func doubles(_ values: inout [Double]) throws {
    try list(next(), &values, load: { (c: Double) in c }, store: { value, _ in value })
  }

  mutating func bool(_ value: inout Bool?) throws {
    try single(next(), &value, load: { (c: protobuf_c_boolean) in c != 0 }, store: { $0 ? 1 : 0 })
  }

  mutating func bools(_ values: inout [Bool]) throws {
    try list(
      next(), &values, load: { (c: protobuf_c_boolean) in c != 0 }, store: { value, _ in value ? 1 : 0 })
  }

  /// Takes the values out of the struct without copying, or lends them to it.
  mutating func blobValues(_ values: inout Floats) throws {
    let slot = next()
    if let arena {
      arena.keep(values.owner)
      slot.setElements(values.start, count: values.count)
    } else if let start = slot.elements(of: Float.self) {
      values = Floats(adopting: start, count: slot.count)
      slot.setElements(nil as UnsafeMutablePointer<Float>?, count: 0)
    }
  }
}
