import CaffeProto
import Glibc
import NetIO
import TestSupport
import Testing

/// Several files as one outcome, and what becomes of one that was cut short.
@Suite struct TogetherTests {
  private func stage(_ text: String, _ path: String) throws -> StagedFile {
    try AtomicFile.stage(path) { $0.write(text) }.file
  }

  private func texts(_ folder: TemporaryFolder, _ names: [String]) throws -> [String] {
    try names.map { try readText(folder($0)) }
  }

  /// A note of renames, and two temporaries of which it speaks, as a dead process leaves them.
  private func leaveHalf(in folder: TemporaryFolder, names: [String]) throws -> (dead: String, note: String) {
    let process = try Invocation("/bin/true", []).start()
    process.waitUntilExit()
    let dead = ".caffe-increg.\(process.processIdentifier)"
    for (index, name) in names.enumerated() { try folder.write("new \(name)", to: "\(dead).\(index).tmp") }
    let pairs = names.enumerated().map { "\(dead).\($0).tmp\0\($1)\0" }
    try folder.write(pairs.joined(), to: "\(dead).77.names")
    return (dead, "\(dead).77.names")
  }

  @Test func filesGetTheirNamesTogether() throws {
    let folder = try TemporaryFolder()
    try folder.write("old", to: "b")
    try #require(mkdir(folder("other"), 0o700) == 0)
    let files = [
      try stage("1", folder("a")), try stage("2", folder("b")), try stage("3", folder("other/c")),
      try stage("4", folder("other/../d")),
    ]
    try StagedFile.commit(files)
    #expect(folder.entries() == ["a", "b", "d", "other"] && folder.entries(in: "other") == ["c"])
    #expect(try texts(folder, ["a", "b", "other/c", "d"]) == ["1", "2", "3", "4"])
  }

  /// The last of three cannot have its name: nothing has changed.
  @Test func anErrorLeavesAllOldOnes() throws {
    let folder = try TemporaryFolder()
    for name in ["a", "c"] { try folder.write("old", to: name) }
    do {
      let files = [try stage("1", folder("a")), try stage("2", folder("b")), try stage("3", folder("c"))]
      unlink(files[2].temporary)
      #expect(throws: FileSystemError(path: folder("c"), operation: .rename, code: ENOENT)) {
        try StagedFile.commit(files)
      }
    }
    #expect(folder.entries() == ["a", "c"])
    #expect(try texts(folder, ["a", "c"]) == ["old", "old"])
  }

  /// Whoever writes next finishes what was begun, even where a file has its name already.
  @Test(arguments: [false, true]) func theNextWriterFinishes(_ isHalfDone: Bool) throws {
    let folder = try TemporaryFolder()
    try folder.write("old", to: "b")
    let (dead, _) = try leaveHalf(in: folder, names: ["a", "b"])
    if isHalfDone { try #require(rename(folder("\(dead).0.tmp"), folder("a")) == 0) }
    try folder.write("set aside", to: "\(dead).9.tmp")
    try AtomicFile.write(to: folder("c")) { $0.write("c") }
    #expect(folder.entries() == ["a", "b", "c"])
    #expect(try texts(folder, ["a", "b"]) == ["new a", "new b"])
  }

  @Test func theNextReaderFinishes() throws {
    let folder = try TemporaryFolder()
    let (dead, _) = try leaveHalf(in: folder, names: ["m", "s"])
    try CaffeModel.write(smallModel(), to: folder("model"))
    try CaffeModel.write(smallModel(), to: folder("whole"))
    // The writer has finished those; they are left once more, as models.
    #expect(folder.entries() == ["m", "model", "s", "whole"])
    try #require(rename(folder("model"), folder("\(dead).0.tmp")) == 0)
    try folder.write("\(dead).0.tmp\0model\0", to: "\(dead).5.names")
    #expect(try CaffeModel.read(folder("model")).layers.count == smallModel().layers.count)
    #expect(folder.entries() == ["m", "model", "s", "whole"])
  }

  /// A note that says anything but names of temporaries and files of its folder is followed nowhere.
  @Test(arguments: [
    "", "x", "\0", "a\0b\0", "D.0.tmp\0../b\0", "D.0.tmp\0/b\0", "D.0.tmp\0..\0", "D.0.tmp\0\0", "../D.0.tmp\0b\0",
    "D.0.tmp\0b\0D.0.tmp\0", "D.0.tmp\0b", ".caffe-increg.1./../a.tmp\0b\0",
  ])
  func badNotesAreNotFollowed(_ text: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("old", to: "b")
    let (dead, note) = try leaveHalf(in: folder, names: ["a"])
    try folder.write(text.replacing("D", with: dead), to: note)
    try AtomicFile.write(to: folder("c")) { $0.write("c") }
    #expect(try readText(folder("b")) == "old" && !folder.entries().contains("a"))
  }

  /// A note that a living process holds is its own business, whatever its number.
  @Test func heldNotesStay() throws {
    let folder = try TemporaryFolder()
    let (_, note) = try leaveHalf(in: folder, names: ["a"])
    let held = open(folder(note), O_RDONLY)
    defer { close(held) }
    try #require(flock(held, LOCK_EX | LOCK_NB) == 0)
    try StagedFile.finishOthers(besides: folder("b"))
    #expect(folder.entries().contains(note) && !folder.entries().contains("a"))
  }

}
