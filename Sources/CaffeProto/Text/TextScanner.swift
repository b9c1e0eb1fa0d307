/// What is wrong, and at which byte; `TextReader` adds line, column and path.
struct TextFault: Error {
  let offset: Int
  let reason: TextFormatError.Reason

  init(_ offset: Int, _ reason: TextFormatError.Reason) { (self.offset, self.reason) = (offset, reason) }
}

/// Cuts a text into tokens, by the rules of protobuf's text format.
struct TextScanner {
  /// A piece of the text.
  enum Kind: Equatable {
    case identifier
    case integer  // decimal, octal or hexadecimal, without sign
    case decimal  // with a point, an exponent or an f
    case string  // with its quotes
    case symbol(Unicode.Scalar)
    case end
  }

  let text: [UInt8]

  /// The token the scanner stands on.
  private(set) var kind = Kind.end
  private(set) var range = 0..<0

  init(_ text: [UInt8]) throws(TextFault) {
    self.text = text
    let byteOrderMark = text.starts(with: [0xef, 0xbb, 0xbf])
    range = byteOrderMark ? 3..<3 : 0..<0
    try advance()
  }

  /// The token's characters.
  var lexeme: String { String(decoding: text[range], as: UTF8.self) }

  /// The token's characters for an error message.
  var found: String { kind == .end ? "the end of the text" : kind == .string ? "a string" : "\"\(lexeme)\"" }

  /// The character at an offset; NUL behind the end.
  private subscript(_ at: Int) -> Unicode.Scalar { at < text.count ? Unicode.Scalar(text[at]) : "\0" }

  /// Goes to the next token.
  mutating func advance() throws(TextFault) {
    let start = skipped(from: range.upperBound)
    range = start..<start
    guard start < text.count else {
      kind = .end
      return
    }
    var at = start
    if self[start].isNameStart {
      while self[at].isNamePart { at += 1 }
      kind = .identifier
    } else if self[start].isDigit || self[start] == "." && self[start + 1].isDigit {
      (kind, at) = try number(from: start)
    } else if self[start] == "\"" || self[start] == "'" {
      at = try stringEnd(from: start)
      kind = .string
    } else {
      at += 1
      while at < text.count, UTF8.isContinuation(text[at]) { at += 1 }  // a character outside ASCII
      kind = .symbol(self[start])
    }
    range = start..<at
  }

  /// The end of white space and comments.
  private func skipped(from start: Int) -> Int {
    var at = start
    while at < text.count {
      switch self[at] {
      case " ", "\t", "\n", "\r", "\u{b}", "\u{c}": at += 1
      case "#": while at < text.count, self[at] != "\n" { at += 1 }
      default: return at
      }
    }
    return at
  }

  private func stringEnd(from start: Int) throws(TextFault) -> Int {
    var at = start + 1
    while at < text.count, self[at] != "\n" {
      if text[at] == text[start] { return at + 1 }
      at += self[at] == "\\" ? 2 : 1
    }
    throw TextFault(start, .unterminatedString)
  }

  private func number(from start: Int) throws(TextFault) -> (Kind, end: Int) {
    var at = start
    func skip(_ isWanted: (Unicode.Scalar) -> Bool) -> Bool {
      let from = at
      while isWanted(self[at]) { at += 1 }
      return at > from
    }
    var kind = Kind.integer
    var isSound = true
    if self[at] == "0", self[at + 1] == "x" || self[at + 1] == "X" {
      at += 2
      isSound = skip(\.properties.isASCIIHexDigit)
    } else if self[at] == "0", self[at + 1].isDigit {
      isSound = skip { $0 >= "0" && $0 <= "7" } && !self[at].isDigit
    } else {
      _ = skip(\.isDigit)
      if self[at] == "." {
        at += 1
        _ = skip(\.isDigit)
        kind = .decimal
      }
      if self[at] == "e" || self[at] == "E" {
        at += self[at + 1] == "-" || self[at + 1] == "+" ? 2 : 1
        isSound = skip(\.isDigit)
        kind = .decimal
      }
      if self[at] == "f" || self[at] == "F" {
        at += 1
        kind = .decimal
      }
    }
    if !isSound || self[at].isNamePart || self[at] == "." {
      _ = skip { $0.isNamePart || $0 == "." }
      throw TextFault(start, .malformedNumber(String(decoding: text[start..<at], as: UTF8.self)))
    }
    return (kind, at)
  }
}

extension Unicode.Scalar {
  var isDigit: Bool { self >= "0" && self <= "9" }
  var isNameStart: Bool { self >= "a" && self <= "z" || self >= "A" && self <= "Z" || self == "_" }
  var isNamePart: Bool { isNameStart || isDigit }
}
