import CaffeProto
import Glibc
import NetIO
import TestSupport
import Testing

@Suite struct LMDBTests {
  struct Stop: Error {}

  /// 2500 records of 2 KB: three transactions and a map that grows from 1 MiB.
  private func writeMany(to path: String) throws {
    try LMDBWriter.write(to: path) { writer in
      for item in 0..<2500 {
        try writer.put(
          key: databaseKey(item, name: "a.jpg"), value: [UInt8](repeating: UInt8(item % 251), count: 2000 + item % 7))
      }
    }
  }

  @Test func readsWhatItWritesAndStartsOver() throws {
    let scratch = try TemporaryFolder()
    let path = scratch("db")
    try writeMany(to: path)
    #expect(scratch.entries() == ["db"])
    let reader = try LMDBReader(path)
    #expect(reader.count == 2500)
    for round in 0..<2 {
      for item in 0..<2500 {
        let value = [UInt8](repeating: UInt8(item % 251), count: 2000 + item % 7)
        guard reader.key == databaseKey(item, name: "a.jpg"), reader.value == value else {
          Issue.record("round \(round), item \(item): \(reader.key)")
          return
        }
        #expect(try reader.advance() == (item < 2499))
      }
    }
  }

  @Test func pythonSeesTheSameRecords() throws {
    let scratch = try TemporaryFolder()
    try writeMany(to: scratch("db"))
    let output = try python(
      """
      import lmdb
      env = lmdb.open("\(scratch("db"))", readonly=True)
      with env.begin() as txn:
          records = list(txn.cursor())
      print(env.stat()["entries"], records[0][0], records[-1][0], len(records[8][1]), set(records[8][1]))
      env = lmdb.open("\(scratch("theirs"))", map_size=1 << 24)
      with env.begin(write=True) as txn:
          txn.put(b"00000001", b"two"); txn.put(b"00000000", b"one")
      """, needs: "lmdb")
    guard let output else { return }
    #expect(output == "2500 b'00000000_a.jpg' b'00002499_a.jpg' 2001 {8}\n")
    let reader = try LMDBReader(scratch("theirs"))
    #expect(reader.value == Array("one".utf8))
    try reader.advance()
    #expect(reader.value == Array("two".utf8))
  }

  @Test func twoReadersOfOneFolder() throws {
    let scratch = try TemporaryFolder()
    try writeMany(to: scratch("db"))
    let first = try LMDBReader(scratch("db"))
    do {
      let second = try LMDBReader(scratch("db"))
      try second.advance()
      #expect(second.key == "00000001_a.jpg")
    }
    try first.advance()
    #expect(first.key == "00000001_a.jpg" && first.value.count == 2001)
  }

  /// The locks are the process's: who opens or leaves must not take them from the others.
  @Test func manyThreadsOpenAndLeaveOneFolder() async throws {
    let scratch = try TemporaryFolder()
    let path = scratch("db")
    try LMDBWriter.write(to: path) { try $0.put(key: "a", value: [1]) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<300 {
            let value = try LMDBReader(path).value
            #expect(value == [1])
          }
        }
      }
      try await group.waitForAll()
    }
  }

  @Test func existingTargetsAndBadKeysAreErrors() throws {
    let scratch = try TemporaryFolder()
    try writeMany(to: scratch("db"))
    #expect(throws: FileSystemError(path: scratch("db"), operation: .makeFolder, code: EEXIST)) {
      try LMDBWriter.write(to: scratch("db")) { try $0.put(key: "a", value: [1]) }
    }
    #expect(try LMDBReader(scratch("db")).count == 2500)
    for keys in [["a", "a"], [""], [String(repeating: "k", count: 512)]] {
      #expect(throws: (any Error).self, "\(keys)") {
        try LMDBWriter.write(to: scratch("bad")) { writer in
          for key in keys { try writer.put(key: key, value: [1]) }
        }
      }
    }
    #expect(throws: Stop.self) {
      try LMDBWriter.write(to: scratch("bad")) { writer in
        try writer.put(key: "a", value: [1])
        throw Stop()
      }
    }
    #expect(scratch.entries() == ["db"])
  }

  @Test func badFoldersAreErrors() throws {
    let scratch = try TemporaryFolder()
    #expect(throws: FileSystemError(path: scratch("none/data.mdb"), operation: .open, code: ENOENT)) {
      try LMDBReader(scratch("none"))
    }
    try LMDBWriter.write(to: scratch("empty")) { _ in }
    #expect(throws: FormatError(path: scratch("empty"), kind: .lmdb, .missing("every record"))) {
      try LMDBReader(scratch("empty"))
    }
    try writeMany(to: scratch("db"))
    let data = scratch("db/data.mdb")
    let whole = try readBytes(data)
    for length in [0, 100, 4096, 8192, whole.count / 2, whole.count - 4096, whole.count - 1] {
      try writeBytes(Array(whole[..<length]), to: data)
      let error = #expect(throws: (any Error).self, "\(length)") { try LMDBReader(scratch("db")) }
      #expect(error is FormatError || error is FileSystemError)
      #expect("\(try #require(error))".contains(scratch("db")))
    }
    try writeBytes([UInt8](repeating: 0x55, count: whole.count), to: data)
    #expect(throws: FormatError.self) { try LMDBReader(scratch("db")) }
  }

  @Test func fullDiskLeavesNothing() async throws {
    await #expect(processExitsWith: .success) {
      let scratch = try TemporaryFolder()
      try limitFileSize(1 << 20)
      let error = #expect(throws: FileSystemError.self) {
        try LMDBWriter.write(to: scratch("db")) { writer in
          for item in 0..<1000 {
            try writer.put(key: databaseKey(item), value: [UInt8](repeating: 1, count: 3000))
          }
        }
      }
      // A write that ends in the middle is EIO to LMDB, one that cannot begin EFBIG.
      #expect(error?.path == scratch("db") && [EFBIG, EIO].contains(error?.code), "\(String(describing: error))")
      #expect(scratch.entries() == [])
    }
  }

  /// On a real full file system, where this process may mount one.
  @Test func fullFileSystemLeavesNothing() throws {
    let scratch = try TemporaryFolder()
    guard mountSmallFileSystem(scratch, size: "300k") else { return }
    defer { umount(scratch.path) }
    #expect(throws: FileSystemError(path: scratch("db"), operation: .write, code: ENOSPC)) {
      try writeMany(to: scratch("db"))
    }
    #expect(scratch.entries() == [])
  }

  /// Not a page is left for the lock file, which liblmdb writes through a map.
  @Test(arguments: [0, 1, 2, 3]) func fileSystemWithoutPagesLeavesNothing(_ pages: Int) throws {
    let scratch = try TemporaryFolder()
    guard mountSmallFileSystem(scratch, size: "64k") else { return }
    defer { umount(scratch.path) }
    try writeBytes([UInt8](repeating: 1, count: 65536 - 4096 * pages), to: scratch("other"))
    #expect(throws: FileSystemError(path: scratch("db"), operation: .write, code: ENOSPC)) {
      try writeMany(to: scratch("db"))
    }
    #expect(scratch.entries() == ["other"])
  }
}
