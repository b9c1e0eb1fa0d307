/// The values of fields that are not messages.
extension TextReader {
  mutating func string(_ slot: FieldSlot) throws(TextFault) {
    guard scanner.kind == .string else { throw expected("a string") }
    let start = scanner.range.lowerBound
    var bytes: [UInt8] = []
    while scanner.kind == .string {
      bytes += try TextUnescape.bytes(of: scanner.text[scanner.range])
      try scanner.advance()
    }
    try keep(2 * (bytes.count + 32))
    if slot.field.kind == .bytes { return slot.putBytes(bytes) }
    if bytes.contains(0) { throw TextFault(start, .nulInString(field: slot.field.name)) }
    if String(validating: bytes, as: UTF8.self) == nil {
      throw TextFault(start, .invalidUTF8(field: slot.field.name))
    }
    slot.putString(bytes)
  }

  /// Consumes a minus sign.
  private mutating func sign() throws(TextFault) -> Bool {
    guard scanner.kind == .symbol("-") else { return false }
    try scanner.advance()
    return true
  }

  mutating func integer(_ slot: FieldSlot, _ range: ClosedRange<Int>) throws(TextFault) -> Int {
    let start = scanner.range.lowerBound
    let isNegative = try sign()
    guard scanner.kind == .integer else { throw expected("an integer") }
    let literal = (isNegative ? "-" : "") + scanner.lexeme
    guard let value = TextNumber.integer(literal), range.contains(value) else {
      throw TextFault(start, .outOfRange(literal, field: slot.field.name, type: slot.field.kind.rawValue))
    }
    try scanner.advance()
    return value
  }

  mutating func real(_ slot: FieldSlot) throws(TextFault) {
    let isNegative = try sign()
    let magnitude: Double? =
      switch scanner.kind {
      case .identifier: TextNumber.nonFinite(scanner.lexeme)
      case .integer, .decimal: TextNumber.decimal(scanner.lexeme)
      default: nil
      }
    guard let magnitude else { throw expected("a decimal number") }
    let value = isNegative ? -magnitude : magnitude
    if slot.field.kind == .double { slot.put(value) } else { slot.put(Float(value)) }
    try scanner.advance()
  }

  mutating func bool(_ slot: FieldSlot) throws(TextFault) {
    let value: Bool
    switch scanner.lexeme {
    case "true", "True", "t": value = true
    case "false", "False", "f": value = false
    case let literal:
      guard scanner.kind == .integer, let number = TextNumber.integer(literal), number == 0 || number == 1
      else {
        throw expected("true or false")
      }
      value = number == 1
    }
    slot.put(value ? 1 : 0 as Int32)
    try scanner.advance()
  }

  mutating func enumeration(_ slot: FieldSlot) throws(TextFault) {
    let start = scanner.range.lowerBound
    let isNegative = try sign()
    let literal = (isNegative ? "-" : "") + scanner.lexeme
    let number: Int32?
    switch scanner.kind {
    case .identifier where !isNegative: number = slot.field.enumNumber(named: literal)
    case .integer: number = TextNumber.integer(literal).flatMap(Int32.init(exactly:))
    default: throw expected("a value of \(slot.field.name)")
    }
    guard let number, slot.field.enumName(of: number) != nil else {
      let fault = TextFault(start, .unknownValue(literal, field: slot.field.name, known: slot.field.enumNames))
      guard keepsValue(literal, of: slot, fault) else { throw fault }
      return try scanner.advance()
    }
    slot.put(number)
    try scanner.advance()
  }

  func expected(_ what: String) -> TextFault {
    TextFault(scanner.range.lowerBound, .expected(what, found: scanner.found))
  }
}
