/// Text in SVG files.
enum SVGText {
  /// With what would be markup escaped.
  static func escaped(_ text: String) -> String {
    let names: [Character: String] = ["&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;"]
    return text.map { names[$0] ?? String($0) }.joined()
  }
}
