import Synchronization
import Testing

@testable import Base

@Suite struct ProgressLineTests {
  /// A terminal whose clock stands where it is put.
  private final class Screen: Sendable {
    private let state = Mutex((time: 0.0, written: [String]()))

    func line(isVisible: Bool = true) -> ProgressLine {
      ProgressLine(
        "train", isVisible: isVisible, now: { self.state.withLock { $0.time } },
        write: { text in self.state.withLock { $0.written.append(text) } })
    }

    func wait(_ seconds: Double) { state.withLock { $0.time += seconds } }
    func take() -> [String] {
      state.withLock { state in
        defer { state.written = [] }
        return state.written
      }
    }
  }

  private static let wipe = "\r\u{1b}[K"

  @Test(
    arguments: [
      (1200, 5000, 200, 25.0, "train: 1200 of 5000 (24 %), 40/s, 1 min 35 s left"),
      (1, 3, 0, 2.0, "train: 1 of 3 (33 %), 0.5/s, 4 s left"),
      (3, 3, 0, 2.0, "train: 3 of 3 (100 %), 1.5/s"),
      (7, nil, 0, 2.0, "train: 7, 3.5/s"),
      (5, 10, 5, 1.0, "train: 5 of 10 (50 %)"),
      (5, 10, 0, 0.0, "train: 5 of 10 (50 %)"),
      (1, 1_000_000, 0, 3600.0, "train: 1 of 1000000 (0 %), 0.00028/s, 11574 d 1 h left"),
    ] as [(Int, Int?, Int, Double, String)])
  func saysHowFarAndHowLong(_ done: Int, _ total: Int?, _ first: Int, _ seconds: Double, _ text: String) {
    #expect(ProgressLine.text("train", done: done, of: total, since: first, seconds: seconds) == text)
  }

  @Test func saysWhatIsDoneWhereTheEndIsOpen() {
    let screen = Screen()
    let line = screen.line()
    line.update(0, of: nil)
    screen.wait(10)
    line.update(100, of: nil, atMost: 1000, "stage 1, pruning")
    #expect(screen.take() == ["\(Self.wipe)\u{1b}[?7ltrain, stage 1, pruning: 100, 10/s, 1 min 30 s to 1000\u{1b}[?7h"])
  }

  @Test(arguments: [
    (0, "0 s"), (0.2, "1 s"), (59.9, "1 min"), (3600, "1 h"), (3661, "1 h 1 min"), (90_000, "1 d 1 h"), (-1, "0 s"),
  ])
  func durationsHaveTwoUnits(_ seconds: Double, _ text: String) { #expect(ProgressLine.duration(seconds) == text) }

  @Test func isDrawnNowAndThenAndWipedBeforeLogLines() {
    let screen = Screen()
    let line = screen.line()
    line.update(10, of: 20)
    #expect(screen.take() == [])
    screen.wait(1)
    line.update(11, of: 20)
    #expect(screen.take() == ["\(Self.wipe)\u{1b}[?7ltrain: 11 of 20 (55 %), 1/s, 9 s left\u{1b}[?7h"])
    screen.wait(0.1)
    line.update(12, of: 20)
    #expect(screen.take() == [])
    line.log.info("a")
    line.log.info("b")
    let lines = screen.take()
    #expect(lines.count == 3 && lines[0] == Self.wipe && lines[1].hasSuffix("] a\n") && lines[2].hasSuffix("] b\n"))
    line.update(13, of: 20)
    #expect(screen.take().count == 1)
    line.clear()
    #expect(screen.take() == [Self.wipe])
  }

  @Test func writesNothingWithoutTerminal() {
    let screen = Screen()
    let line = screen.line(isVisible: false)
    for done in 0..<10 {
      screen.wait(1)
      line.update(done, of: 10)
    }
    line.clear()
    #expect(screen.take() == [])
  }
}
