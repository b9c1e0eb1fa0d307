@testable import CaffeProto
import Testing

/// Sends every field of every message through text, Swift values and wire format, each with a value of its own.
@Suite struct AllFieldsTests {
  @Test func everyFieldSurvives() throws {
    try check(SolverParameter.self)  // holds nets, and through them every layer setting, V1 and V0 layers
    try check(SolverState.self)
    try check(BlobProtoVector.self)
    try check(Datum.self)
  }

  private func check<M: Message>(_: M.Type) throws {
    var filler = Filler()
    filler.fill(M.descriptor, "")
    let message = try M(text: filler.text)
    #expect(try message.text() == filler.text)
    let bytes = try message.serialized()
    let again = try M(serialized: bytes)
    #expect(again == message)
    #expect(try again.serialized() == bytes)
    #expect(try again.text() == filler.text)
  }
}

/// Text with two values in every repeated field and one in every other; no two values the same.
private struct Filler {
  var text = ""
  private var counter = 0

  mutating func fill(_ type: MessageDescriptor, _ indent: String) {
    for field in type.fields {
      for _ in 0..<(field.isRepeated ? 2 : 1) { add(field, indent) }
    }
  }

  private mutating func add(_ field: FieldDescriptor, _ indent: String) {
    counter += 1
    guard field.kind != .message else {
      text += "\(indent)\(field.name) {\n"
      fill(field.messageType, indent + "  ")
      text += "\(indent)}\n"
      return
    }
    let value =
      switch field.kind {
      case .string: "\"s\(counter)\""
      case .bytes: "\"\\001b\(counter)\\377\""
      case .bool: counter % 2 == 0 ? "true" : "false"
      case .enum: field.enumNames[counter % field.enumNames.count]
      case .float, .double: "\(counter).5"
      case .int64: "-\(5_000_000_000 + counter)"
      case .int32: "-\(counter)"
      case .uint32: "\(3_000_000_000 + counter)"
      case .message: ""
      }
    text += "\(indent)\(field.name): \(value)\n"
  }
}
