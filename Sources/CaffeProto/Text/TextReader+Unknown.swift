/// Fields that the schema does not have, as text.
extension TextReader {
  /// Reads a field that the schema does not have, from its name to the end of its value.
  ///
  /// - Parameter depth: how many such fields it is in
  /// - Returns: its text, a line for each value, messages indented
  mutating func unknownText(depth: Int) throws(TextFault) -> String {
    guard scanner.kind == .identifier else { throw expected("a field name or \"}\"") }
    let name = scanner.lexeme
    try scanner.advance()
    let hasColon = scanner.kind == .symbol(":")
    if hasColon { try scanner.advance() }
    if scanner.kind == .symbol("{") || scanner.kind == .symbol("<") {
      return try "\(name) " + unknownMessage(depth: depth)
    }
    guard hasColon else { throw expected("\":\"") }
    guard scanner.kind == .symbol("[") else { return try "\(name): " + unknownScalar() }
    return try "\(name): " + unknownList(depth: depth)
  }

  private mutating func unknownMessage(depth: Int) throws(TextFault) -> String {
    try countMessage(depth: depth + 1)
    let closer: Unicode.Scalar = scanner.kind == .symbol("<") ? ">" : "}"
    try scanner.advance()
    var lines: [String] = []
    while scanner.kind != .symbol(closer) {
      lines += try unknownText(depth: depth + 1).split(separator: "\n").map { "  \($0)" }
      if scanner.kind == .symbol(",") || scanner.kind == .symbol(";") { try scanner.advance() }
    }
    try scanner.advance()
    return (["{"] + lines + ["}"]).joined(separator: "\n")
  }

  private mutating func unknownList(depth: Int) throws(TextFault) -> String {
    try scanner.advance()
    var values: [String] = []
    while scanner.kind != .symbol("]") {
      if !values.isEmpty {
        guard scanner.kind == .symbol(",") else { throw expected("\",\" or \"]\"") }
        try scanner.advance()
      }
      let isMessage = scanner.kind == .symbol("{") || scanner.kind == .symbol("<")
      values.append(try isMessage ? unknownMessage(depth: depth) : unknownScalar())
    }
    try scanner.advance()
    return "[\(values.joined(separator: ", "))]"
  }

  private mutating func unknownScalar() throws(TextFault) -> String {
    var text = ""
    if scanner.kind == .symbol("-") {
      text = "-"
      try scanner.advance()
    }
    switch scanner.kind {
    case .identifier, .integer, .decimal:
      text += scanner.lexeme
      try scanner.advance()
    case .string where text.isEmpty:
      var parts: [String] = []
      while scanner.kind == .string {
        parts.append(scanner.lexeme)
        try scanner.advance()
      }
      text = parts.joined(separator: " ")
    default: throw expected("a value")
    }
    return text
  }
}
