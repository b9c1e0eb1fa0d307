import Glibc
import NetIO
import Testing
import TestSupport

@Suite struct AtomicFileTests {
  struct Stop: Error {}

  @Test func whatIsStagedHasNoNameUntilItIsCommitted() throws {
    let scratch = try TemporaryFolder()
    do {
      _ = try AtomicFile.stage(scratch("a")) { $0.write("lost") }
    }
    #expect(scratch.entries() == [])
    let file = try AtomicFile.stage(scratch("a")) { $0.write("kept") }.file
    #expect(scratch.entries() != ["a"])
    try file.commit()
    #expect(scratch.entries() == ["a"])
  }

  @Test func writesWholeFileWithUmaskMode() throws {
    let scratch = try TemporaryFolder()
    let path = scratch("a.bin")
    let big = [UInt8](repeating: 7, count: 200_000)
    try AtomicFile.write(to: path) { sink in
      sink.write("head")
      big.withUnsafeBytes { sink.write($0) }
      sink.write("tail")
      #expect(scratch.entries().count == 1 && !scratch.entries().contains("a.bin"))
    }
    #expect(try readBytes(path) == Array("head".utf8) + big + Array("tail".utf8))
    #expect(scratch.entries() == ["a.bin"])
    var status = stat()
    #expect(stat(path, &status) == 0)
    let mask = umask(0)
    umask(mask)
    #expect(status.st_mode & 0o777 == 0o666 & ~mask)
  }

  @Test func failureInsideKeepsTheOldFile() throws {
    let scratch = try TemporaryFolder()
    let path = scratch("a.bin")
    try AtomicFile.write(to: path) { $0.write("old") }
    #expect(throws: Stop.self) {
      try AtomicFile.write(to: path) { sink in
        sink.write("new")
        throw Stop()
      }
    }
    #expect(try readBytes(path) == Array("old".utf8))
    #expect(scratch.entries() == ["a.bin"])
  }

  @Test func writesThroughASymbolicLinkAndRefusesDevicesAndFolders() throws {
    let scratch = try TemporaryFolder()
    try AtomicFile.write(to: scratch("real")) { $0.write("old") }
    #expect(symlink("real", scratch("link")) == 0)
    try AtomicFile.write(to: scratch("link")) { $0.write("new") }
    #expect(try readBytes(scratch("real")) == Array("new".utf8))
    #expect(throws: FileSystemError(path: "/dev/null", operation: .create, code: ENOTSUP)) {
      try AtomicFile.write(to: "/dev/null") { $0.write("x") }
    }
    #expect(throws: FileSystemError(path: scratch.path, operation: .create, code: EISDIR)) {
      try AtomicFile.write(to: scratch.path) { $0.write("x") }
    }
  }

  @Test func missingFolderIsNamed() throws {
    let error = FileSystemError(path: "/nonexistent/a", operation: .create, code: ENOENT)
    #expect(throws: error) { try AtomicFile.write(to: "/nonexistent/a") { $0.write("x") } }
    #expect(error.description == "cannot create '/nonexistent/a': No such file or directory")
  }

  @Test func byNameIsRenamedOnlyWhenWhole() throws {
    let scratch = try TemporaryFolder()
    let path = scratch("b")
    try AtomicFile.write(to: path, byName: { try writeBytes([1, 2, 3], to: $0) })
    #expect(try readBytes(path) == [1, 2, 3])
    #expect(throws: Stop.self) {
      try AtomicFile.write(to: path) { (temporary: String) in
        try writeBytes([4], to: temporary)
        throw Stop()
      }
    }
    #expect(try readBytes(path) == [1, 2, 3])
    #expect(scratch.entries() == ["b"])
  }

  @Test func folderAppearsWholeOrNotAtAll() throws {
    let scratch = try TemporaryFolder()
    try AtomicFile.makeFolder(at: scratch("db")) { try writeBytes([1], to: $0 + "/data") }
    #expect(scratch.entries(in: "db") == ["data"])
    #expect(throws: FileSystemError(path: scratch("db"), operation: .makeFolder, code: EEXIST)) {
      try AtomicFile.makeFolder(at: scratch("db")) { _ in }
    }
    #expect(throws: Stop.self) {
      try AtomicFile.makeFolder(at: scratch("db2")) { temporary in
        try writeBytes([1], to: temporary + "/data")
        throw Stop()
      }
    }
    #expect(scratch.entries() == ["db"])
  }

  /// A full disk, played by a limit on file size in a process of its own: 8 KiB, then EFBIG.
  @Test func fullDiskLeavesNothing() async throws {
    await #expect(processExitsWith: .success) {
      let scratch = try TemporaryFolder()
      let path = scratch("weights")
      try AtomicFile.write(to: path) { $0.write("old") }
      try limitFileSize(8192)
      let error = #expect(throws: FileSystemError.self) {
        try AtomicFile.write(to: path) { sink in
          for _ in 0..<100 { sink.write(String(repeating: "x", count: 10_000)) }
        }
      }
      #expect(error == FileSystemError(path: path, operation: .write, code: EFBIG))
      #expect(try readBytes(path) == Array("old".utf8))
      #expect(scratch.entries() == ["weights"])
    }
  }

  /// The same on a real full file system, where this process may mount one.
  @Test func fullFileSystemLeavesNothing() throws {
    let scratch = try TemporaryFolder()
    guard mountSmallFileSystem(scratch, size: "64k") else { return }
    defer { umount(scratch.path) }
    let path = scratch("weights")
    try AtomicFile.write(to: path) { $0.write("old") }
    #expect(throws: FileSystemError(path: path, operation: .write, code: ENOSPC)) {
      try AtomicFile.write(to: path) { $0.write(String(repeating: "x", count: 100_000)) }
    }
    #expect(try readBytes(path) == Array("old".utf8))
    #expect(scratch.entries() == ["weights"])
  }
}
