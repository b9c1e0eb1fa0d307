/// Where the layers of a net stand in its text.
public struct LayerLines {
  /// A layer as the text has it.
  public struct Entry: Equatable, Sendable {
    /// Its name.
    public let name: String
    /// Its rules.
    public let include: [NetStateRule]
    /// Its rules.
    public let exclude: [NetStateRule]
    /// The line on which it begins, from 1.
    public let line: Int
  }

  /// The layers, of whatever format, in the order of the text.
  public let entries: [Entry]

  /// Reads a net's text.
  ///
  /// - Throws: `TextFormatError`
  public init(text: [UInt8], file: String) throws {
    // Fields of forks are kept wherever a net is only looked at.
    let net = try NetParameter(text: text, file: file) { _ in }
    var (current, old) = (net.layer[...], net.layers[...])
    var (line, counted) = (1, 0)
    var entries: [Entry] = []
    for part in try Self.parts(of: text) {
      line += text[counted..<part.offset].count { $0 == UInt8(ascii: "\n") }
      counted = part.offset
      if part.field == "layer", let layer = current.popFirst() {
        entries.append(Entry(name: layer.name, include: layer.include, exclude: layer.exclude, line: line))
      } else if part.field == "layers", let layer = old.popFirst() {
        entries.append(Entry(name: layer.anyName, include: layer.include, exclude: layer.exclude, line: line))
      }
    }
    self.entries = entries
  }

  /// The messages of a text that are in no other, by field, and the bytes at which they begin.
  private static func parts(of text: [UInt8]) throws(TextFault) -> [(field: String, offset: Int)] {
    var scanner = try TextScanner(text)
    var parts: [(field: String, offset: Int)] = []
    var (depth, field, start) = (0, "", Int?.none)
    while scanner.kind != .end {
      switch scanner.kind {
      case .identifier where depth == 0: (field, start) = (scanner.lexeme, scanner.range.lowerBound)
      case .symbol("{"), .symbol("<"):
        // In a list of messages only the first has the field's name before it.
        if depth == 0 { parts.append((field, start ?? scanner.range.lowerBound)) }
        (depth, start) = (depth + 1, nil)
      case .symbol("}"), .symbol(">"): depth -= 1
      default: break
      }
      try scanner.advance()
    }
    return parts
  }
}
