import CProtobufC

/// A message of caffe.proto as a Swift value.
///
/// The generated structs conform. Each field has a property; an optional field also has `hasX` and `clearX()`, and
/// reads as its default while it is unset. Integers are `Int`; one that does not fit the schema's type is an error
/// when the message is encoded.
public protocol Message: Sendable, Equatable {
  /// A message without any field set.
  init()

  /// The description of this type.
  static var descriptor: MessageDescriptor { get }

  /// Fields the schema does not have, in wire format; written back behind the others.
  var unknownFields: [UInt8] { get set }

  /// Moves all fields, in the order of their numbers, to or from a protobuf-c message.
  mutating func visit(_ cursor: inout FieldCursor) throws
}

extension Message {
  /// A message whose fields are set by `populate`.
  public static func with(_ populate: (inout Self) throws -> Void) rethrows -> Self {
    var message = Self()
    try populate(&message)
    return message
  }

  /// The message that a protobuf-c message holds; large arrays are taken out of it, not copied.
  init(taking source: CMessage) throws {
    self.init()
    var cursor = FieldCursor(reading: source.pointer, Self.descriptor, renumbered: source.renumbered)
    try visit(&cursor)
  }

  /// The message as a protobuf-c message, which points at the arrays of this one and lives as long as `arena`.
  func written(to arena: Arena) throws -> UnsafeMutablePointer<ProtobufCMessage> {
    let raw = arena.message(Self.descriptor)
    var cursor = FieldCursor(writing: raw, Self.descriptor, arena: arena)
    var fields = self
    try fields.visit(&cursor)
    return raw.assumingMemoryBound(to: ProtobufCMessage.self)
  }
}

/// A sub-message on the heap, which keeps the messages around it small and cheap to copy.
final class Box<Value: Message>: Sendable, Equatable {
  let value: Value

  init(_ value: Value) { self.value = value }

  static func == (a: Box, b: Box) -> Bool { a === b || a.value == b.value }
}
