/// A field of a message type, by its number.
struct FieldNumber: Hashable {
  let type: MessageDescriptor
  let number: UInt32

  init(_ type: MessageDescriptor, _ number: UInt32) { (self.type, self.number) = (type, number) }
}

/// Unknown fields that stand under another number than in the file, and their number there.
typealias Renumbering = [FieldNumber: UInt32]
