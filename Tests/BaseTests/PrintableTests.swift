import Testing

@testable import Base

@Suite struct PrintableTests {
  @Test func whatIsSeenStays() {
    for text in ["", "conv1/3x3", "a\tb", "größe", "卷积 🙂", "‘quoted’"] { #expect(text.printable() == text) }
  }

  @Test func whatMovesTheCursorIsEscaped() {
    #expect("a\u{1b}[2J\r\n\u{7f}\u{9b}m".printable() == #"a\u{1b}[2J\r\n\u{7f}\u{9b}m"#)
    #expect("a\u{202e}b\u{2028}".printable() == #"a\u{202e}b\u{2028}"#)
    #expect("a\nb\u{8}".printable(lines: true) == "a\nb\\u{8}")
    // A combination of both is one character to Swift.
    #expect("a\r\nb".printable() == #"a\r\nb"#)
  }

  @Test func theMiddleOfLongTextsIsLeftOut() {
    let text = "head" + String(repeating: "x", count: 5000) + "tail"
    let short = text.printable(limit: 100)
    #expect(short.hasPrefix("headxxx") && short.hasSuffix("xxxtail") && short.contains("[... 4908 characters ...]"))
    #expect(short.count < 140)
  }

  @Test func logsKeepOneLine() {
    nonisolated(unsafe) var lines: [String] = []
    let log = RunLog { lines.append($0) }
    log.info("a\nI0101 forged")
    log.warning("\u{1b}[31m")
    log.info("a ", text: "b\nc\u{1b}")
    #expect(lines[0].hasSuffix(#"] a\nI0101 forged"# + "\n") && lines[1].hasSuffix(#"] \u{1b}[31m"# + "\n"))
    #expect(lines[2].hasSuffix("] a \nb\nc\\u{1b}\n"))
  }
}
