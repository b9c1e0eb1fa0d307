/// What is not as JSON has it.
struct JSONFault: Error {
  let at: Int
  let reason: String
}

/// A value of JSON.
enum JSONNode: Equatable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case list([JSONNode])
  case object([String: JSONNode])

  subscript(_ name: String) -> JSONNode? { if case .object(let fields) = self { fields[name] } else { nil } }
  /// A number, also one that JSON has no form for.
  var number: Double? {
    switch self {
    case .number(let value): value
    case .string("nan"): .nan
    case .string("inf"): .infinity
    case .string("-inf"): -.infinity
    default: nil
    }
  }
  var integer: Int? { number.flatMap { Int(exactly: $0.rounded()) } }
  var text: String? { if case .string(let text) = self { text } else { nil } }
  var items: [JSONNode]? { if case .list(let items) = self { items } else { nil } }
  var isTrue: Bool? { if case .bool(let value) = self { value } else { nil } }
  var numbers: [Double]? { items?.compactMap(\.number) }
  var texts: [String]? { items?.compactMap(\.text) }
}

/// Reads JSON from a part of a file's bytes. A log of a million lines is read in seconds, and of most of them a few
/// fields only: Foundation's decoder takes a minute for that.
struct JSONScanner {
  private let bytes: [UInt8]
  private(set) var at: Int
  private let end: Int

  /// Reads from `range` of `bytes`.
  init(_ bytes: [UInt8], _ range: Range<Int>) { (self.bytes, at, end) = (bytes, range.lowerBound, range.upperBound) }

  /// The deepest nesting that is read. Nobody writes such files, and deeper ones would need too much stack.
  private static let deepest = 100

  func fault(_ reason: String) -> JSONFault { JSONFault(at: at, reason: reason) }

  /// Whether nothing is left but white space.
  mutating func isAtEnd() -> Bool {
    skipSpace()
    return at >= end
  }

  private mutating func skipSpace() {
    while at < end, case let byte = bytes[at], byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { at += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipSpace()
    guard at < end, bytes[at] == byte else { return false }
    at += 1
    return true
  }

  private mutating func expect(_ byte: UInt8) throws(JSONFault) {
    guard take(byte) else { throw fault("expected '\(Character(Unicode.Scalar(byte)))'") }
  }

  /// Reads an object, whose values `body` must read or skip.
  mutating func object(_ body: (inout JSONScanner, _ name: Range<Int>) throws(JSONFault) -> Void) throws(JSONFault) {
    try expect(0x7b)
    guard !take(0x7d) else { return }
    repeat {
      let name = try stringRange()
      try expect(0x3a)
      try body(&self, name)
    } while take(0x2c)
    try expect(0x7d)
  }

  /// Whether a part of the bytes is a text.
  func isText(_ range: Range<Int>, _ text: StaticString) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { name in
      for index in name.indices where bytes[range.lowerBound + index] != name[index] { return false }
      return true
    }
  }

  /// The bytes of a string, between its quotation marks, as they are written.
  private mutating func stringRange() throws(JSONFault) -> Range<Int> {
    try expect(0x22)
    let start = at
    while at < end, bytes[at] != 0x22 { at += bytes[at] == 0x5c ? 2 : 1 }
    guard at < end else { throw fault("a string has no end") }
    at += 1
    return start..<at - 1
  }

  private mutating func string() throws(JSONFault) -> String {
    let range = try stringRange()
    guard bytes[range].contains(0x5c) else { return String(decoding: bytes[range], as: UTF8.self) }
    var (units, index) = ([UInt16](), range.lowerBound)
    var plain = index
    func flush(_ end: Int) { units += String(decoding: bytes[plain..<end], as: UTF8.self).utf16 }
    while index < range.upperBound {
      guard bytes[index] == 0x5c else {
        index += 1
        continue
      }
      flush(index)
      let names: [UInt8: UInt16] = [0x22: 0x22, 0x5c: 0x5c, 0x2f: 0x2f, 0x62: 8, 0x66: 12, 0x6e: 10, 0x72: 13, 0x74: 9]
      if let unit = names[bytes[index + 1]] {
        units.append(unit)
        index += 2
      } else if bytes[index + 1] == 0x75, index + 6 <= range.upperBound,
        let unit = UInt16(String(decoding: bytes[index + 2..<index + 6], as: UTF8.self), radix: 16)
      {
        units.append(unit)
        index += 6
      } else {
        throw JSONFault(at: index, reason: "no escape that JSON has")
      }
      plain = index
    }
    flush(range.upperBound)
    return String(decoding: units, as: UTF16.self)
  }

  /// Reads a number; one of the strings for what is no finite number counts.
  mutating func number() throws(JSONFault) -> Double {
    skipSpace()
    if at < end, bytes[at] == 0x22 {
      guard let value = JSONNode.string(try string()).number else { throw fault("expected a number") }
      return value
    }
    let start = at
    var (mantissa, digits, point, isPlain) = (0, 0, 0, true)
    if at < end, bytes[at] == 0x2d { at += 1 }
    var isBehindPoint = false
    scan: while at < end {
      switch bytes[at] {
      case let byte where byte >= 0x30 && byte <= 0x39:
        if digits < 15 { mantissa = mantissa * 10 + Int(byte - 0x30) } else { isPlain = false }
        digits += 1
        if isBehindPoint { point += 1 }
      case 0x2e where !isBehindPoint: isBehindPoint = true
      case 0x65, 0x45, 0x2b, 0x2d: isPlain = false
      default: break scan
      }
      at += 1
    }
    guard digits > 0 else { throw fault("expected a value") }
    // Both are exact, so that their quotient is the nearest number.
    if isPlain, point < Self.powers.count {
      let value = Double(mantissa) / Self.powers[point]
      return bytes[start] == 0x2d ? -value : value
    }
    guard let value = Double(String(decoding: bytes[start..<at], as: UTF8.self)) else { throw fault("no number") }
    return value
  }

  private static let powers: [Double] = (0..<16).reduce(into: [1]) { powers, _ in powers.append((powers.last ?? 1) * 10)
  }

  /// Skips a value. Of what lies in it only strings and brackets are looked at.
  mutating func skip() throws(JSONFault) {
    skipSpace()
    guard at < end else { throw fault("expected a value") }
    var depth = 0
    repeat {
      guard at < end else { throw fault("a bracket is open") }
      switch bytes[at] {
      case 0x22: _ = try stringRange()
      case 0x5b, 0x7b:
        (depth, at) = (depth + 1, at + 1)
      case 0x5d, 0x7d:
        guard depth > 0 else { throw fault("expected a value") }
        (depth, at) = (depth - 1, at + 1)
      case 0x2c where depth == 0: throw fault("expected a value")
      case 0x2c, 0x3a, 0x20, 0x09, 0x0a, 0x0d: at += 1
      default: try skipWord()
      }
    } while depth > 0
  }

  /// Skips a number or a name.
  private mutating func skipWord() throws(JSONFault) {
    let start = at
    while at < end, Self.isOfWord(bytes[at]) { at += 1 }
    if at == start { throw fault("expected a value") }
  }

  /// Digits, letters, signs and points.
  private static func isOfWord(_ byte: UInt8) -> Bool {
    if byte > 0x2c, byte < 0x3a { return byte != 0x2f }
    let letter = byte | 0x20
    return byte == 0x2b || letter > 0x60 && letter < 0x7b
  }

  /// Reads a value.
  mutating func value(depth: Int = 0) throws(JSONFault) -> JSONNode {
    guard depth < Self.deepest else { throw fault("nested more than \(Self.deepest) deep") }
    skipSpace()
    guard at < end else { throw fault("expected a value") }
    switch bytes[at] {
    case 0x22: return .string(try string())
    case 0x7b:
      var fields: [String: JSONNode] = [:]
      try object { (scanner, name) throws(JSONFault) in
        // All names that are looked for have no escapes.
        fields[String(decoding: scanner.bytes[name], as: UTF8.self)] = try scanner.value(depth: depth + 1)
      }
      return .object(fields)
    case 0x5b:
      at += 1
      var items: [JSONNode] = []
      guard !take(0x5d) else { return .list([]) }
      repeat { items.append(try value(depth: depth + 1)) } while take(0x2c)
      try expect(0x5d)
      return .list(items)
    case 0x74, 0x66, 0x6e:
      let start = at
      try skipWord()
      for (word, node) in [("true", JSONNode.bool(true)), ("false", .bool(false)), ("null", .null)]
      where bytes[start..<at].elementsEqual(word.utf8) { return node }
      throw JSONFault(at: start, reason: "expected a value")
    default: return .number(try number())
    }
  }
}
