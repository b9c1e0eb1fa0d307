import Foundation
import Testing
import TestSupport

@Suite(.enabled(if: FileManager.default.fileExists(atPath: ProgramRun.terminal), "no \(ProgramRun.terminal) here"))
struct ProgressTests {
  /// A run of a second or so, far longer than a line takes to come.
  @Test func aTerminalShowsHowFarARunIsAndAFileDoesNot() throws {
    let folder = try ProgramRun.makeFolder()
    let solver = try readText(folder("solver.prototxt"))
    try writeText(solver.replacing("max_iter: 60", with: "max_iter: 3000"), to: folder("solver.prototxt"))
    let line = "train -solver solver.prototxt -weights init.caffemodel"
    let drawn = try ProgramRun.run(line, in: folder, onTerminal: true)
    let screen = drawn.output
    #expect(drawn.status == 0, "\(screen)")
    #expect(screen.contains(/\r\u{1b}\[K\u{1b}\[\?7ltrain: \d+ of 3000 \(\d+ %\), [\d.]+\/s, [^\n]+ left\u{1b}\[\?7h/))
    let redirected = try ProgramRun.run(line, in: folder)
    #expect(redirected.status == 0 && !redirected.errors.contains("\u{1b}") && !redirected.errors.contains("\r"))
    // Every line of the log begins where a line was wiped, or behind another line, and nothing is drawn into it.
    let log = screen.split(separator: "\r\n").map { $0.split(separator: "\u{1b}[K").last ?? "" }
    #expect(log.count == redirected.errors.split(separator: "\n").count && log.count > 3000)
    #expect(log.allSatisfy { !$0.contains("\u{1b}") })
  }
}
