import Base

/// Reads protobuf's text format into a protobuf-c message, whatever its type, led by the descriptors.
///
/// Accepts what protobuf's own reader accepts (version 3.21), and a byte order mark at the start.
struct TextReader {
  var scanner: TextScanner
  private let limits: TextLimits
  /// Whether what the schema does not have is kept instead of refused.
  private let keepsUnknown: Bool
  private var messages = 0
  /// Estimates the memory that the message takes, as `WireMemory` does.
  private var taken = 0
  private let memory: Int
  private(set) var path: [(field: FieldDescriptor, index: Int)] = []
  /// What was kept, and where.
  private(set) var kept: [(fault: TextFault, path: [(field: FieldDescriptor, index: Int)])] = []

  /// Reads a whole text.
  ///
  /// - Parameter unknown: gets what the schema does not have, which is kept; where nil, that is an error
  /// - Throws: `TextFormatError`.
  static func read(
    _ text: [UInt8], file: String, as type: MessageDescriptor, limits: TextLimits,
    unknown: (([UnknownTextField]) -> Void)? = nil
  ) throws(TextFormatError) -> CMessage {
    let message = CMessage(type)
    var path: [(field: FieldDescriptor, index: Int)] = []
    var kept: [(fault: TextFault, path: [(field: FieldDescriptor, index: Int)])] = []
    do throws(TextFault) {
      if text.count > limits.bytes {
        throw TextFault(0, .tooLarge(bytes: text.count, limit: limits.bytes))
      }
      var reader = TextReader(
        scanner: try TextScanner(text), limits: limits, keepsUnknown: unknown != nil,
        memory: limits.memory(for: text.count))
      defer { (path, kept) = (reader.path, reader.kept) }
      try reader.fields(of: message.pointer, type, until: nil)
    } catch {
      throw TextFormatError(error, in: text, file: file, type: type, path: path)
    }
    unknown?(UnknownTextField.all(kept, in: text, file: file, type: type))
    return message
  }

  private init(scanner: TextScanner, limits: TextLimits, keepsUnknown: Bool, memory: Int) {
    (self.scanner, self.limits, self.keepsUnknown, self.memory) = (scanner, limits, keepsUnknown, memory)
  }

  /// Counts memory against the limit.
  mutating func keep(_ bytes: Int) throws(TextFault) {
    taken += bytes
    if taken > memory { throw TextFault(scanner.range.lowerBound, .tooMuchMemory(limit: memory)) }
  }

  /// Reads fields up to a closing bracket, or to the end of the text.
  private mutating func fields(
    of message: UnsafeMutableRawPointer, _ type: MessageDescriptor, until closer: Unicode.Scalar?
  ) throws(TextFault) {
    var given = Set<UInt32>()
    while !(closer.map { scanner.kind == .symbol($0) } ?? (scanner.kind == .end)) {
      if keepsUnknown, scanner.kind == .identifier, type.field(named: scanner.lexeme) == nil {
        let fault = unknownField(scanner.lexeme, of: type)
        let text = try unknownText(depth: 0)
        keep(text, fault, in: message)
        if scanner.kind == .symbol(",") || scanner.kind == .symbol(";") { try scanner.advance() }
        continue
      }
      let slot = try fieldName(in: message, type, closer)
      let name = scanner.range.lowerBound
      if !slot.field.isRepeated, !given.insert(slot.field.number).inserted {
        throw TextFault(name, .givenTwice(field: slot.field.name))
      }
      given.insert(slot.field.number)
      try scanner.advance()
      try value(of: slot)
      if scanner.kind == .symbol(",") || scanner.kind == .symbol(";") { try scanner.advance() }
    }
    for field in type.fields where field.isRequired && !given.contains(field.number) {
      throw TextFault(scanner.range.lowerBound, .missingRequired(field: field.name))
    }
  }

  /// The field that the current token names.
  private func fieldName(
    in message: UnsafeMutableRawPointer, _ type: MessageDescriptor, _ closer: Unicode.Scalar?
  ) throws(TextFault) -> FieldSlot {
    let start = scanner.range.lowerBound
    guard scanner.kind == .identifier else {
      if scanner.kind == .symbol("[") { throw TextFault(start, .extensionName(try bracketed())) }
      throw expected("a field name" + (closer.map { " or \"\($0)\"" } ?? ""))
    }
    let name = scanner.lexeme
    guard let field = type.field(named: name) else { throw unknownField(name, of: type) }
    return FieldSlot(type, field, in: message)
  }

  /// What is wrong with the name at the current token.
  private func unknownField(_ name: String, of type: MessageDescriptor) -> TextFault {
    TextFault(
      scanner.range.lowerBound,
      .unknownField(name, type: type.name, suggestion: closestName(to: name, among: type.fieldNames)))
  }

  /// Keeps the text of a field in a message.
  private mutating func keep(_ text: String, _ fault: TextFault, in message: UnsafeMutableRawPointer) {
    UnknownText.append(text, to: message)
    kept.append((fault, path))
  }

  /// Keeps a value of an enum that the schema does not have; false where that is an error.
  mutating func keepsValue(_ literal: String, of slot: FieldSlot, _ fault: TextFault) -> Bool {
    guard keepsUnknown else { return false }
    keep("\(slot.field.name): \(literal)", fault, in: slot.message)
    return true
  }

  /// Counts a message that begins at the current token.
  mutating func countMessage(depth: Int) throws(TextFault) {
    let start = scanner.range.lowerBound
    messages += 1
    if path.count + depth >= limits.depth { throw TextFault(start, .tooDeep(limit: limits.depth)) }
    if messages > limits.messages { throw TextFault(start, .tooManyMessages(limit: limits.messages)) }
  }

  /// What stands in the brackets at the current token.
  private func bracketed() throws(TextFault) -> String {
    var rest = scanner
    try rest.advance()
    var name = ""
    while rest.kind != .symbol("]"), rest.kind != .end {
      name += rest.lexeme
      try rest.advance()
    }
    return name
  }

  /// Reads what follows a field's name.
  private mutating func value(of slot: FieldSlot) throws(TextFault) {
    if scanner.kind == .symbol(":") {
      try scanner.advance()
    } else if slot.field.kind != .message {
      throw expected("\":\"")
    }
    guard slot.field.isRepeated, scanner.kind == .symbol("[") else { return try element(of: slot) }
    try scanner.advance()
    if scanner.kind == .symbol("]") { return try scanner.advance() }
    while true {
      try element(of: slot)
      let isLast = scanner.kind == .symbol("]")
      if !isLast, scanner.kind != .symbol(",") { throw expected("\",\" or \"]\"") }
      try scanner.advance()
      if isLast { return }
    }
  }

  /// Reads one value, or one element of a repeated field.
  private mutating func element(of slot: FieldSlot) throws(TextFault) {
    // Arrays are up to twice as long as they are full.
    if slot.field.isRepeated { try keep(2 * slot.field.size) }
    switch slot.field.kind {
    case .message: try message(slot)
    case .string, .bytes: try string(slot)
    case .float, .double: try real(slot)
    case .bool: try bool(slot)
    case .enum: try enumeration(slot)
    case .int32: slot.put(Int32(truncatingIfNeeded: try integer(slot, Int(Int32.min)...Int(Int32.max))))
    case .uint32: slot.put(UInt32(truncatingIfNeeded: try integer(slot, 0...Int(UInt32.max))))
    case .int64: slot.put(Int64(try integer(slot, Int.min...Int.max)))
    }
  }

  private mutating func message(_ slot: FieldSlot) throws(TextFault) {
    let closer: Unicode.Scalar
    switch scanner.kind {
    case .symbol("{"): closer = "}"
    case .symbol("<"): closer = ">"
    default: throw expected("\"{\"")
    }
    try countMessage(depth: 1)
    try keep(3 * slot.field.messageType.size + 32)
    let child = CMessage.allocate(slot.field.messageType)
    path.append((slot.field, slot.field.isRepeated ? slot.count : 0))
    slot.put(child)
    try scanner.advance()
    try fields(of: child, slot.field.messageType, until: closer)
    path.removeLast()
    try scanner.advance()
  }
}
