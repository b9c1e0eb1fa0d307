import Base

extension String {
  /// The text inside of XML and HTML: names come from files. Control characters become visible escapes, and what is
  /// longer than 200 characters loses its middle.
  public var markup: String { printable(limit: 200).escapedMarkup }

  /// The same of a text of several lines and any length.
  var markupLines: String { printable(lines: true, limit: 1 << 16).escapedMarkup }

  /// The text, or its beginning and an ellipsis where it has more than `count` characters.
  func shortened(to count: Int) -> String { self.count > count ? prefix(count - 1) + "…" : self }

  private var escapedMarkup: String {
    guard utf8.contains(where: { [0x26, 0x3c, 0x3e, 0x22, 0x27].contains($0) || $0 >= 0xee }) else { return self }
    var result = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      // XML has no such characters.
      case "\u{fffe}", "\u{ffff}": result += "\u{fffd}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
