import Glibc
import NetIO
import TestSupport
import Testing

@Suite struct LeftOverTests {
  /// The number of a process that has ended.
  private func deadProcess() throws -> pid_t {
    let process = try Invocation("/bin/true", []).start()
    process.waitUntilExit()
    return process.processIdentifier
  }

  @Test func whatDeadRunsLeftIsRemoved() throws {
    let folder = try TemporaryFolder()
    let dead = try deadProcess()
    try folder.write("x", to: ".caffe-increg.\(dead).1a2b.tmp")
    try #require(mkdir(folder(".caffe-increg.\(dead).77.tmp"), 0o700) == 0)
    try folder.write("x", to: ".caffe-increg.\(dead).77.tmp/data.mdb")
    // Of a run that lives; of nobody; of a run elsewhere that holds its lock.
    let stays = [
      ".caffe-increg.\(getpid()).5.tmp", ".caffe-increg.tmp", ".caffe-increg.\(dead).x.y.tmp", "a.\(dead).1.tmp",
    ]
    for name in stays { try folder.write("x", to: name) }
    try folder.write("x", to: ".caffe-increg.\(dead).99.tmp")
    let held = open(folder(".caffe-increg.\(dead).99.tmp"), O_RDONLY)
    defer { close(held) }
    try #require(flock(held, LOCK_EX | LOCK_NB) == 0)
    try AtomicFile.write(to: folder("a")) { $0.write("new") }
    #expect(folder.entries() == (stays + ["a", ".caffe-increg.\(dead).99.tmp"]).sorted())
  }

  @Test func oneOwnsAName() throws {
    let folder = try TemporaryFolder()
    var first: FileLock? = try FileLock(on: folder("s"))
    #expect(first != nil)
    #expect(try FileLock(on: folder("s")) == nil)
    #expect(try FileLock(on: folder("t")) != nil)
    first = nil
    #expect(folder.entries() == [])
    // What a killed process leaves is no lock.
    try folder.write("", to: ".caffe-increg.s.lock")
    do {
      let second = try FileLock(on: folder("s"))
      #expect(second != nil)
    }
    #expect(folder.entries() == [])
    #expect(throws: FileSystemError.self) { try FileLock(on: "/nonexistent/s") }
  }
}
