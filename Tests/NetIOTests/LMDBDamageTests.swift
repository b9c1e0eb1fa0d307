import Glibc
import Hostile
import NetIO
import TestSupport
import Testing

/// Databases that are damaged, or cut off while they are read: an error or records, and an end.
@Suite struct LMDBDamageTests {
  /// Small values in leaves, large ones on pages of their own, enough for branches.
  private func write(to path: String) throws {
    try LMDBWriter.write(to: path) { writer in
      for item in 0..<400 {
        let size = item % 20 == 0 ? 9000 : 300 + item % 7
        try writer.put(key: databaseKey(item, name: "a.jpg"), value: [UInt8](repeating: UInt8(item % 251), count: size))
      }
    }
  }

  private func readAll(_ path: String) throws -> Int {
    let reader = try LMDBReader(path)
    var sum = 0
    // A round has an end, whatever the pages say.
    for _ in 0...reader.count {
      sum += reader.withRecord { key, value in key.byteCount + value.byteCount }
      if try !reader.advance() { return sum }
    }
    Issue.record("a round without end")
    return sum
  }

  @Test func damageIsAnErrorOrAnAnswer() throws {
    let folder = try TemporaryFolder()
    try write(to: folder("db"))
    let data = folder("db/data.mdb")
    let whole = try readBytes(data)
    let sum = try readAll(folder("db"))
    #expect(sum == (0..<400).reduce(0) { $0 + 14 + ($1 % 20 == 0 ? 9000 : 300 + $1 % 7) })
    let hostile = HostileBytes(seed: 3)
    var errors = 0
    for round in 0..<600 {
      var bytes = whole
      switch round % 4 {
      case 0: bytes = hostile.damaged(whole)
      case 1:
        // Heads of pages: numbers, kinds, bounds, and the first offsets.
        for _ in 0..<3 {
          bytes[hostile.number(below: whole.count / 4096) * 4096 + hostile.number(below: 40)] = UInt8(
            hostile.number(below: 256))
        }
      case 2:
        // The newer head: depth, counts, root.
        bytes[4096 * hostile.number(below: 2) + 88 + hostile.number(below: 64)] = hostile.pick([
          0, 1, 2, 33, 0x7f, 0xff,
        ])
      default: bytes.removeLast(hostile.number(below: whole.count))
      }
      try writeBytes(bytes, to: data)
      do { _ = try readAll(folder("db")) } catch {
        #expect(error is FormatError || error is FileSystemError, "\(error)")
        #expect("\(error)".contains(folder("db")))
        errors += 1
      }
    }
    #expect(errors > 200)
  }

  @Test func aFileThatIsCutOffMeanwhileIsAnError() throws {
    let folder = try TemporaryFolder()
    try write(to: folder("db"))
    let reader = try LMDBReader(folder("db"))
    try reader.advance()
    try #require(truncate(folder("db/data.mdb"), 3 * 4096) == 0)
    let error = #expect(throws: FormatError.self) { for _ in 0..<400 { try reader.advance() } }
    #expect(error?.description.contains("truncated") == true)
  }
}
