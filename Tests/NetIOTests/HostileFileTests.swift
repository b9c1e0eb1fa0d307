import Base
import CaffeProto
import Glibc
import Hostile
import NetIO
import TestSupport
import Testing

/// Whatever a file holds, reading it ends with a value or with a typed error.
@Suite struct HostileFileTests {
  private static let readers: [(name: String, read: @Sendable (String) throws -> Void)] = [
    ("caffemodel", { _ = try CaffeModel.read($0) }),
    ("solverstate", { _ = try SolverStateFile.read($0) }),
    ("mean", { _ = try MeanFile.read($0) }),
    ("net", { _ = try Prototxt.net($0) }),
    ("solver", { _ = try Prototxt.solver($0) }),
    ("image", { _ = try ImageDecoder().read($0) }),
    ("list", { _ = try ListedImage.list($0) }),
    ("idx", { path in while try IDXFile(path, rank: 3).next() != nil { break } }),
  ]

  /// Errors are the module's own, and say in a line what they are.
  private func attempt(_ reader: (name: String, read: (String) throws -> Void), _ path: String) {
    do { try reader.read(path) } catch {
      let isTyped =
        error is FormatError || error is FileSystemError || error is FileError || error is WireError
        || error is TextFormatError || error is UpgradeError
      #expect(isTyped && !"\(error)".contains("\n"), "\(reader.name): \(error)")
    }
  }

  @Test(arguments: 0..<4) func anyBytesAreAValueOrAnError(_ seed: Int) throws {
    let folder = try TemporaryFolder()
    let hostile = HostileBytes(seed: seed)
    try CaffeModel.write(smallModel(), to: folder("model"))
    try SolverStateFile.write(
      .with {
        $0.iter = 3
        $0.history = [BlobProto(shape: [2], data: [1, 2])]
      }, to: folder("state"))
    let seeds =
      try ["model", "state"].map { try readBytes(folder($0)) }
      + ["images/color.png", "images/progressive.jpg", "images/palette.png"].map { try readBytes(golden($0)) }
      + [Array("a.png 0\nb 1\n".utf8), [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6]]
    for round in 0..<150 {
      let bytes: [UInt8] =
        switch round % 3 {
        case 0: hostile.noise(hostile.number(below: 200))
        case 1: hostile.records()
        default: hostile.damaged(hostile.pick(seeds))
        }
      try writeBytes(bytes, to: folder("file"))
      for reader in Self.readers { attempt(reader, folder("file")) }
    }
  }

  @Test(arguments: ["/dev/zero", "/dev/null", "/"]) func whatIsNoFileIsRefused(_ path: String) throws {
    for reader in Self.readers {
      let error = #expect(throws: (any Error).self, "\(reader.name)") { try reader.read(path) }
      #expect("\(try #require(error))".contains(path), "\(reader.name)")
    }
    let error = FileSystemError(path: "/dev/zero", operation: .open, code: -1)
    #expect(throws: error) { try CaffeModel.read("/dev/zero") }
    #expect(error.description == "cannot open '/dev/zero': it is not a regular file")
  }

  @Test func listsMayComeThroughPipes() throws {
    let folder = try TemporaryFolder()
    try #require(mkfifo(folder("pipe"), 0o600) == 0)
    // Nobody writes to it: opening must not wait for that.
    #expect(throws: FileSystemError.self) { try CaffeModel.read(folder("pipe")) }
    let writer = try Invocation("/bin/sh", ["-c", "printf 'a b.png 7\\n' > pipe"], in: folder.path).start()
    #expect(try ListedImage.list(folder("pipe")) == [ListedImage(path: "a b.png", label: 7)])
    writer.waitUntilExit()
  }

  @Test func aHeaderAloneTakesNoMemory() throws {
    let folder = try TemporaryFolder()
    try writeBytes([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0x40, 0, 0, 0, 0x40, 0, 1, 2, 3], to: folder("idx"))
    let file = try IDXFile(folder("idx"), rank: 3)
    #expect(throws: FormatError(path: folder("idx"), kind: .idx, .truncated(needed: 1 << 28, present: 3))) {
      try file.next()
    }
  }

  /// An error in the middle of an image loses none of its memory: in a process of its own, where nobody else takes any.
  @Test func damagedImagesAreLetGo() async throws {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      for name in ["color.png", "progressive.jpg"] {
        let whole = try readBytes(golden("images/\(name)"))
        try writeBytes(Array(whole.prefix(whole.count * 3 / 4)), to: folder("image"))
        var (before, after) = (rusage(), rusage())
        for round in 0..<30_000 {
          if round == 2000 { getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &before) }
          _ = try? ImageDecoder().read(folder("image"))
        }
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &after)
        // KiB; the pixels of all rounds would be 20 MiB.
        #expect(after.ru_maxrss - before.ru_maxrss < 4096, "\(name)")
      }
    }
  }

  @Test func sizesHaveALimit() throws {
    let image = DatumImage(channels: 1, height: 1, width: 1, label: 0, values: .bytes([7]))
    for (height, width) in [(100_000, 100_000), (1 << 31, 1), (1, Int.max), (Int.max, Int.max), (-1, 5), (0, 0)] {
      #expect(image.resized(height: height, width: width) == nil, "\(height) x \(width)")
    }
    #expect(image.resized(height: 2, width: 3)?.values == .bytes([7, 7, 7, 7, 7, 7]))
    #expect(ImageSize.isAllowed([1 << 14, 1 << 14]) && !ImageSize.isAllowed([(1 << 14) + 1, 1 << 14]))
    #expect(!ImageSize.isAllowed([Int.max, 2]) && !ImageSize.isAllowed([-1]))
  }

  /// Groups that hold each other have no end of names.
  @Test func datasetsCountTogether() throws {
    let folder = try TemporaryFolder()
    let output = try python(
      """
      import h5py, numpy
      with h5py.File("\(folder("never.h5"))", "w") as f:
          for i in range(40):
              f.create_dataset(f"data/l{i}/0", (1 << 20,), "f4", chunks=(1 << 16,))
      with h5py.File("\(folder("loop.h5"))", "w") as f:
          g = f.create_group("data")
          for i in range(30):
              n = g.create_group("a")
              g["b"] = n
              g = n
      print("made")
      """, needs: "h5py")
    guard output != nil else { return }
    // Each is small enough for itself.
    let error = #expect(throws: FormatError.self) { try CaffeModel.read(folder("never.h5")) }
    #expect("\(try #require(error))".contains("over the limit of"))
    let loop = #expect(throws: FormatError.self) { try CaffeModel.read(folder("loop.h5")) }
    #expect("\(try #require(loop))".contains("places"))
  }
}
