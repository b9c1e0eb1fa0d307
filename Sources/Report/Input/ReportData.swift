/// All that a report is made of.
public struct ReportData: Sendable {
  /// Runs of train, test and time, in the order of files and lines.
  public private(set) var runs: [RunRecord] = []
  private(set) var slims: [SlimFacts] = []
  private(set) var prunes: [PruneFacts] = []
  private(set) var maps: [SensitivityFacts] = []
  private(set) var compressions: [CompressFacts] = []
  private(set) var papers: [PaperPoint] = []
  /// Tables that were reproduced.
  public var tables: [TableFacts] = []
  /// What is to be said of the files.
  public private(set) var notes: [String] = []

  /// Whether there is nothing but tables and compressions, so that sections on runs would have nothing to say.
  var isWithoutRuns: Bool {
    !(tables.isEmpty && compressions.isEmpty) && runs.isEmpty && slims.isEmpty && prunes.isEmpty && maps.isEmpty
  }

  /// Nothing yet.
  public init() {}

  /// Takes a file: a log, or one of the records that say what they are by their fields.
  ///
  /// - Throws: ``ReportError`` naming file and line
  public mutating func add(_ path: String, _ bytes: [UInt8]) throws(ReportError) {
    guard let node = try document(path, bytes) else {
      var reader = RunLogReader(path, bytes)
      try reader.read()
      add(reader.runs)
      notes += reader.notes
      return
    }
    if let slim = SlimFacts(node, path: path) {
      slims.append(slim)
    } else if let prune = PruneFacts(node, path: path) {
      prunes.append(prune)
    } else if let map = SensitivityFacts(node, path: path) {
      maps.append(map)
    } else if let record = CompressFacts(node, path: path) {
      compressions.append(record)
    } else {
      throw .unknown(path: path)
    }
  }

  /// Takes a file of published points.
  ///
  /// - Throws: ``ReportError`` naming the file
  public mutating func addPapers(_ path: String, _ bytes: [UInt8]) throws(ReportError) {
    guard let node = try document(path, bytes), let points = PaperPoint.all(node) else { throw .notPapers(path: path) }
    papers += points
  }

  /// Whether a file is one of records of `reproduce`, which are no matter of this module.
  public static func areRecords(_ bytes: [UInt8]) -> Bool {
    var line = JSONScanner(bytes, 0..<(bytes.firstIndex(of: 0x0a) ?? bytes.count))
    guard let record = try? line.value() else { return false }
    return record["table"]?.text != nil && record["row"]?.text != nil && record["event"] == nil
  }

  /// A file's only value; nil where it is a log of events.
  private func document(_ path: String, _ bytes: [UInt8]) throws(ReportError) -> JSONNode? {
    var scanner = JSONScanner(bytes, 0..<bytes.count)
    if scanner.isAtEnd() { throw .empty(path: path) }
    let lineEnd = bytes.firstIndex(of: 0x0a) ?? bytes.count
    var first = JSONScanner(bytes, 0..<lineEnd)
    if let event = try? first.value(), event["event"] != nil { return nil }
    do throws(JSONFault) {
      let node = try scanner.value()
      guard scanner.isAtEnd() else {
        throw scanner.fault("something follows the value: not all of it is a log's lines")
      }
      return node
    } catch {
      let line = 1 + bytes[..<min(error.at, bytes.count)].count { $0 == 0x0a }
      throw .malformed(path: path, line: line, reason: "it is no JSON: \(error.reason)")
    }
  }

  private mutating func add(_ new: [RunRecord]) {
    for var run in new {
      let (base, taken) = (run.label, Set(runs.map(\.label)))
      var number = 2
      while taken.contains(run.label) {
        run.label = "\(base) (\(number))"
        number += 1
      }
      runs.append(run)
    }
  }
}
