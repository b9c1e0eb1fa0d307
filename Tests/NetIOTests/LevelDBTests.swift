import Glibc
import NetIO
import Testing
import TestSupport

@Suite struct LevelDBTests {
  struct Stop: Error {}

  /// Written backward: the keys decide the order.
  private func write(_ count: Int, to path: String) throws {
    try LevelDBWriter.write(to: path) { writer in
      for item in (0..<count).reversed() {
        try writer.put(key: databaseKey(item), value: [UInt8](repeating: UInt8(item % 251), count: 3000 + item % 7))
      }
    }
  }

  @Test func readsWhatItWritesAndStartsOver() throws {
    let scratch = try TemporaryFolder()
    let path = scratch("db")
    try write(2500, to: path)
    #expect(scratch.entries() == ["db"] && !scratch.entries(in: "db").contains("LOG"))
    let reader = try DatabaseKind.leveldb.open(path)
    for round in 0..<2 {
      for item in 0..<2500 {
        let value = [UInt8](repeating: UInt8(item % 251), count: 3000 + item % 7)
        guard reader.key == databaseKey(item), reader.value == value else {
          Issue.record("round \(round), item \(item): \(reader.key)")
          return
        }
        #expect(try reader.advance() == (item < 2499))
      }
    }
  }

  @Test(arguments: DatabaseKind.allCases) func skipsOverTheEnd(_ kind: DatabaseKind) throws {
    let scratch = try TemporaryFolder()
    try kind.write(to: scratch("db")) { for key in ["a", "b", "c"] { try $0.put(key: key, value: [1]) } }
    for (records, key) in [(0, "a"), (2, "c"), (3, "a"), (4, "b"), (3_000_000_005, "c")] {
      let reader = try kind.open(scratch("db"))
      try reader.skip(records)
      #expect(reader.key == key, "\(records)")
    }
  }

  @Test func badFoldersAreErrors() throws {
    let scratch = try TemporaryFolder()
    #expect(throws: FileSystemError(path: scratch("none/CURRENT"), operation: .open, code: ENOENT)) {
      try LevelDBReader(scratch("none"))
    }
    #expect(scratch.entries() == [], "asking for a database must not make one")
    try LevelDBWriter.write(to: scratch("empty")) { _ in }
    #expect(throws: FormatError(path: scratch("empty"), kind: .leveldb, .missing("every record"))) {
      try LevelDBReader(scratch("empty"))
    }
    try LMDBWriter.write(to: scratch("lmdb")) { try $0.put(key: "a", value: [1]) }
    let wrong = #expect(throws: FormatError.self) { try LevelDBReader(scratch("lmdb")) }
    #expect("\(try #require(wrong))".contains("it is not a LevelDB folder but an LMDB folder (backend: LMDB)"))
    try write(10, to: scratch("db"))
    let held = try LevelDBReader(scratch("db"))
    let second = #expect(throws: FormatError.self) { try LevelDBReader(scratch("db")) }
    #expect("\(try #require(second))".contains("already held by process"))
    #expect(held.key == "00000000")
  }

  /// Every byte of the log with the records counts: flipping one in the middle is found by its checksum.
  @Test func damageIsAnError() throws {
    let scratch = try TemporaryFolder()
    try write(200, to: scratch("db"))
    let log = try #require(scratch.entries(in: "db").first { $0.hasSuffix(".log") })
    var bytes = try readBytes(scratch("db/\(log)"))
    bytes[bytes.count / 2] ^= 1
    try writeBytes(bytes, to: scratch("db/\(log)"))
    #expect(throws: FormatError.self) {
      let reader = try LevelDBReader(scratch("db"))
      while try reader.advance() {}
    }
  }

  @Test func existingTargetsAndFailuresLeaveNothing() throws {
    let scratch = try TemporaryFolder()
    try write(10, to: scratch("db"))
    #expect(throws: FileSystemError(path: scratch("db"), operation: .makeFolder, code: EEXIST)) {
      try write(1, to: scratch("db"))
    }
    #expect(throws: Stop.self) {
      try LevelDBWriter.write(to: scratch("bad")) { writer in
        try writer.put(key: "a", value: [1])
        throw Stop()
      }
    }
    #expect(throws: WriteError.self) {
      try LevelDBWriter.write(to: scratch("bad")) { try $0.put(key: "", value: [1]) }
    }
    #expect(scratch.entries() == ["db"])
  }
}
