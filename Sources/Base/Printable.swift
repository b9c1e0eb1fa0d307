extension String {
  /// The text as terminals and logs may get it: names in models come from strangers, and control characters in them could
  /// move the cursor or forge lines.
  ///
  /// Control characters but tabs, separators of lines, and marks that turn the direction of writing become escapes such
  /// as `\n` and `\u{1b}`; of a text over the limit the middle is left out.
  ///
  /// - Parameters:
  ///   - lines: whether the text may have several lines
  ///   - limit: the most characters, about
  public func printable(lines: Bool = false, limit: Int = 2000) -> String {
    if utf8.count <= limit, !utf8.contains(where: { $0 < 0x20 || $0 == 0x7f || $0 == 0xc2 || $0 == 0xe2 }) {
      return self
    }
    var text = self
    if unicodeScalars.count > limit {
      let half = limit / 2
      let left = unicodeScalars.count - 2 * half
      text = String(unicodeScalars.prefix(half)) + "[... \(left) characters ...]" + String(unicodeScalars.suffix(half))
    }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\t": result.append(scalar)
      case "\n": if lines { result.append(scalar) } else { result.append(contentsOf: "\\n".unicodeScalars) }
      case "\r": result.append(contentsOf: "\\r".unicodeScalars)
      case _ where scalar.isHidden:
        result.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}

extension Unicode.Scalar {
  /// Whether it is seen only by what it does to others: C0, DEL, C1, separators of lines, directions of writing.
  fileprivate var isHidden: Bool {
    switch value {
    case 0..<0x20, 0x7f..<0xa0, 0x2028...0x202e, 0x2066...0x2069: true
    default: false
    }
  }
}
