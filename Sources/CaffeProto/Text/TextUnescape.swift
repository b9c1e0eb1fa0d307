/// Resolves the escape sequences of a quoted string.
struct TextUnescape {
  private let text: ArraySlice<UInt8>
  private var at: Int
  private var result: [UInt8] = []

  /// The bytes that a string token, with its quotes, stands for.
  static func bytes(of token: ArraySlice<UInt8>) throws(TextFault) -> [UInt8] {
    var unescape = TextUnescape(text: token.dropFirst().dropLast(), at: token.startIndex + 1)
    return try unescape.run()
  }

  private init(text: ArraySlice<UInt8>, at: Int) { (self.text, self.at) = (text, at) }

  private mutating func run() throws(TextFault) -> [UInt8] {
    while at < text.endIndex {
      if text[at] == UInt8(ascii: "\\") {
        try escape()
      } else {
        result.append(text[at])
        at += 1
      }
    }
    return result
  }

  private mutating func escape() throws(TextFault) {
    let start = at
    at += 1
    guard at < text.endIndex else { throw bad(start) }
    let letter = Unicode.Scalar(text[at])
    at += 1
    switch letter {
    case "a": result.append(7)
    case "b": result.append(8)
    case "t": result.append(9)
    case "n": result.append(10)
    case "v": result.append(11)
    case "f": result.append(12)
    case "r": result.append(13)
    case "\\", "'", "\"", "?": result.append(UInt8(ascii: letter))
    case "0"..."7":
      at -= 1
      guard let value = number(radix: 8, digits: 1...3), let byte = UInt8(exactly: value) else {
        throw bad(start)
      }
      result.append(byte)
    case "x", "X":
      guard let value = number(radix: 16, digits: 1...2) else { throw bad(start) }
      result.append(UInt8(value))
    case "u": try character(start, digits: 4)
    case "U": try character(start, digits: 8)
    default: throw bad(start)
    }
  }

  /// \u or \U: a code point, or the first half of a surrogate pair whose second half is another \u.
  private mutating func character(_ start: Int, digits: Int) throws(TextFault) {
    guard var code = number(radix: 16, digits: digits...digits) else { throw bad(start) }
    if (0xd800..<0xdc00).contains(code), text[at...].starts(with: "\\u".utf8) {
      at += 2
      guard let low = number(radix: 16, digits: 4...4), (0xdc00..<0xe000).contains(low) else {
        throw bad(start)
      }
      code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
    }
    guard let scalar = Unicode.Scalar(code) else { throw bad(start) }
    result += UTF8.encode(scalar).map(Array.init) ?? []
  }

  private mutating func number(radix: UInt32, digits: ClosedRange<Int>) -> UInt32? {
    let start = at
    var value: UInt32 = 0
    while at - start < digits.upperBound, at < text.endIndex,
      let digit = Character(Unicode.Scalar(text[at])).hexDigitValue, digit < radix
    {
      value = value * radix + UInt32(digit)
      at += 1
    }
    return at - start >= digits.lowerBound ? value : nil
  }

  private func bad(_ start: Int) -> TextFault {
    TextFault(
      start, .badEscape(String(decoding: text[start..<min(max(at, start + 2), text.endIndex)], as: UTF8.self))
    )
  }
}
