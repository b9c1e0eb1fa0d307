import Base

/// Reads the lines of `--log-json`.
struct RunLogReader {
  private let path: String
  private let bytes: [UInt8]
  private(set) var runs: [RunRecord] = []
  private(set) var notes: [String] = []
  private var position = RunRecord.Position()

  init(_ path: String, _ bytes: [UInt8]) { (self.path, self.bytes) = (path, bytes) }

  /// Reads all lines. The last line may be cut off, where a run is still going on or was killed.
  mutating func read() throws(ReportError) {
    var (start, number) = (0, 0)
    while start < bytes.count {
      number += 1
      let end = bytes[start...].firstIndex(of: 0x0a) ?? bytes.count
      do throws(JSONFault) { try take(start..<end) } catch {
        guard end == bytes.count else { throw .malformed(path: path, line: number, reason: error.reason) }
        notes.append("The last line of \(path) is cut off: the run is going on, or was ended by force.")
      }
      start = end + 1
    }
    if runs.isEmpty { throw .empty(path: path) }
  }

  private mutating func take(_ line: Range<Int>) throws(JSONFault) {
    var scanner = JSONScanner(bytes, line)
    if scanner.isAtEnd() { return }
    if try takeDisplay(line) { return }
    let event = try scanner.value()
    guard scanner.isAtEnd() else { throw scanner.fault("something follows the object") }
    guard let kind = event["event"]?.text else { throw scanner.fault("it is no event of --log-json") }
    let trains = runs.last?.command == "train"
    switch kind {
    case "start":
      if trains, let iteration = event["iteration"]?.number, iteration > 0 {
        runs[runs.count - 1].resume(at: iteration, position)
      } else {
        begin()
      }
    // Those of a training run come behind its start.
    case "conditions" where trains && event["command"]?.text == "train": break
    case "conditions": begin()
    default: if runs.isEmpty { begin() }
    }
    runs[runs.count - 1].take(event, at: &position)
  }

  private mutating func begin() {
    position = .init()
    runs.append(RunRecord(label: path.lastComponent, path: path))
  }

  /// Takes a line that is a display, without making a tree of it; false of others.
  private mutating func takeDisplay(_ line: Range<Int>) throws(JSONFault) -> Bool {
    let head: StaticString = #"{"event":"display""#
    let length = head.utf8CodeUnitCount
    var scanner = JSONScanner(bytes, line)
    guard line.count > length, !runs.isEmpty,
      scanner.isText(line.lowerBound..<line.lowerBound + length, head)
    else { return false }
    var (iteration, loss, rate): (Double?, Double?, Double?) = (nil, nil, nil)
    var time: Double?
    try scanner.object { (scanner, name) throws(JSONFault) in
      if scanner.isText(name, "iteration") {
        iteration = try scanner.number()
      } else if scanner.isText(name, "loss") {
        loss = try scanner.number()
      } else if scanner.isText(name, "lr") {
        rate = try scanner.number()
      } else if scanner.isText(name, "time") {
        time = try scanner.number()
      } else {
        try scanner.skip()
      }
    }
    guard scanner.isAtEnd() else { throw scanner.fault("something follows the object") }
    guard let iteration, let loss else { throw scanner.fault("a display without iteration or loss") }
    let last = runs.count - 1
    runs[last].takeDisplay(iteration: iteration, loss: loss, rate: rate, at: position)
    if let time {
      runs[last].firstTime = runs[last].firstTime ?? time
      runs[last].lastTime = time
    }
    return true
  }
}
