import CaffeProto
import Glibc
import NetIO
import TestSupport
import Testing

@Suite struct HDF5FileTests {
  @Test func readsEveryNumberTypeAndLayout() throws {
    let file = try HDF5File(reading: golden("kinds.h5"))
    func check(_ path: String, _ shape: [Int], _ values: Floats) throws {
      let (gotShape, gotValues) = try file.dataset(path)
      #expect(gotShape == shape && gotValues == values, "\(path)")
      #expect(try file.object(at: path) == .numbers(shape: shape), "\(path)")
    }
    // The values are those make_hdf5.py writes.
    try check("/f32", [1, 2, 3], [0, 0.25, 0.5, 0.75, 1, 1.25])
    try check("/f64", [3], [0.1, -2.5, .infinity])
    try check("/f16", [2], [0.5, 2])
    try check("/big_endian", [2], [1.5, -3])
    try check("/u8", [1, 2], [0, 255])
    try check("/i64", [2], [-7, 0x1p40])
    try check("/scalar", [], [3])
    try check("/empty", [0, 3], [])
    try check("/packed", [6000], Floats((0..<6000).map { Float($0 % 3 + 1) }))
    try check("/hard", [1, 2, 3], [0, 0.25, 0.5, 0.75, 1, 1.25])
    try check("/soft", [1, 2, 3], [0, 0.25, 0.5, 0.75, 1, 1.25])
    #expect(try file.integer("/iter") == 2000)
    #expect(try file.string("/fixed") == "net.caffemodel")
    #expect(try file.string("/variable") == "net.caffemodel")
    #expect(try file.object(at: "/g") == .group)
    #expect(try file.object(at: "/fixed") == .string)
    #expect(try file.object(at: "/nothing") == nil)
    #expect(try file.object(at: "/f32/below") == nil)
    #expect(try file.names(in: "/g") == ["10", "2", "a", "b"])
    #expect(try file.names(in: "/soft_group") == ["x"])
    #expect(try file.names(in: "/tracked") == ["zeta", "alpha", "mid"])
  }

  @Test func wrongTypesAreErrors() throws {
    let file = try HDF5File(reading: golden("kinds.h5"))
    #expect(throws: FormatError.self) { try file.dataset("/fixed") }
    #expect(throws: FormatError.self) { try file.dataset("/g") }
    #expect(throws: FormatError.self) { try file.integer("/f32") }
    #expect(throws: FormatError.self) { try file.string("/f32") }
    #expect(throws: FormatError.self) { try file.names(in: "/f32") }
    #expect(
      throws: FormatError(path: golden("kinds.h5"), kind: .hdf5, place: "/no/such", .missing("the object"))
    ) {
      try file.dataset("/no/such")
    }
  }

  @Test(arguments: [
    ("/external_link", "external link in '/' to file 'kinds.h5' refused"),
    ("/soft_to_external", "external link in '/' to file 'kinds.h5' refused"),
    ("/external_storage", "dataset in an external file refused"),
    ("/virtual", "virtual dataset refused"),
    ("/lzf", "filter 32000 'lzf' refused"),
    ("/huge", "truncated: 4398046511104 bytes needed, 0 present"),
    ("/overflow", "the shape has more elements than memory can address"),
    ("/null", "an empty dataspace is not supported"),
    ("/loop", "too many links"),
    ("/dangling", "is missing"),
    ("/bool", "anything but a dataset of floats or integers is not supported"),
    ("/compound", "anything but a dataset of floats or integers is not supported"),
  ])
  func hostileContentIsRefusedBeforeReading(path: String, cause: String) throws {
    let file = try HDF5File(reading: golden("hostile.h5"))
    let error = #expect(throws: FormatError.self) { try file.dataset(path) }
    let text = error.map(String.init(describing:)) ?? ""
    #expect(text.hasSuffix(cause), "\(text)")
    #expect(text.contains(path))
  }

  @Test func otherFilesAreNamedForWhatTheyAre() throws {
    let scratch = try Scratch()
    let path = scratch.file("x.h5")
    for (bytes, found) in [
      ([], "an empty file"), (Array("layer {}\n".utf8), "a text file"),
      ([UInt8](repeating: 0, count: 600), "some other binary file"),
    ] as [([UInt8], String)] {
      try put(bytes, path)
      #expect(throws: FormatError(path: path, kind: .hdf5, .wrongKind(found: found))) {
        try HDF5File(reading: path)
      }
    }
    #expect(throws: FileSystemError(path: "/nonexistent", operation: .open, code: ENOENT)) {
      try HDF5File(reading: "/nonexistent")
    }
    #expect(throws: FileSystemError(path: scratch.path, operation: .read, code: EISDIR)) {
      try HDF5File(reading: scratch.path)
    }
  }

  /// Prefixes and single changed bytes of a small file: an error or an answer, never a crash of this process.
  @Test func damageIsAnErrorOrAnAnswer() throws {
    let scratch = try Scratch()
    let path = scratch.file("x.h5")
    try HDF5Writer.write(to: path) {
      try $0.makeGroup("/data/conv1")
      try $0.write([1, 2, 3, 4], shape: [2, 2], to: "/data/conv1/0")
    }
    let whole = try #require(contents(path))
    func readAll() throws -> Int {
      let file = try HDF5File(reading: path)
      var count = 0
      for layer in try file.names(in: "/data") {
        for blob in try file.names(in: "/data/" + layer) {
          count += try file.dataset("/data/\(layer)/\(blob)").values.count
        }
      }
      return count
    }
    #expect(try readAll() == 4)
    var errors = 0
    var crashes = 0
    func tryRead(_ bytes: [UInt8]) throws {
      try put(bytes, path)
      do { _ = try readAll() } catch let error as FormatError {
        errors += 1
        if error.description.hasSuffix("the HDF5 library crashes on it") { crashes += 1 }
      }
    }
    for length in stride(from: 0, to: whole.count, by: 61) { try tryRead(Array(whole[..<length])) }
    #expect(errors == (whole.count + 60) / 61)
    // Densely where libhdf5 1.10.8 crashes (1400...1470 of this file), thinly elsewhere.
    for place in whole.indices where place % 13 == 0 || (1400...1470).contains(place) {
      var bytes = whole
      bytes[place] ^= 0x7f
      try tryRead(bytes)
    }
    #expect(errors > whole.count / 61 + 20)
    print("HDF5 damage: \(errors) errors, of these \(crashes) crashes of the child process")
  }

  @Test func writesWhatItReads() throws {
    let scratch = try Scratch()
    let path = scratch.file("w.h5")
    func write() throws {
      try HDF5Writer.write(to: path) {
        try $0.makeGroup("/data/z/1x1")
        try $0.makeGroup("/data/a")
        try $0.write([1, 2, 3, 4, 5, 6], shape: [2, 1, 3], to: "/data/z/1x1/0")
        try $0.write([9], shape: [], to: "/data/a/0")
        try $0.write([], shape: [0], to: "/data/a/1")
        try $0.write(41, to: "/iter")
        try $0.write("x.caffemodel", to: "/learned_net")
      }
    }
    try write()
    let first = contents(path)
    try write()
    #expect(contents(path) == first)
    let file = try HDF5File(reading: path)
    #expect(try file.names(in: "/data") == ["z", "a"])
    #expect(try file.dataset("/data/z/1x1/0") == ([2, 1, 3], [1, 2, 3, 4, 5, 6]))
    #expect(try file.dataset("/data/a/0") == ([], [9]))
    #expect(try file.dataset("/data/a/1") == ([0], []))
    #expect(try file.integer("/iter") == 41)
    #expect(try file.string("/learned_net") == "x.caffemodel")
    let output = try python(
      """
      import h5py
      f = h5py.File("\(path)")
      print(sorted(f["data"]), f["data/z/1x1/0"][...].tolist(), f["data/z/1x1/0"].dtype, f["data/a/0"][()],
            f["data/a/1"].shape, f["iter"][...].tolist(), f["iter"].dtype, f["learned_net"][()])
      """, needs: "h5py")
    if let output {
      #expect(
        output == """
          ['a', 'z'] [[[1.0, 2.0, 3.0]], [[4.0, 5.0, 6.0]]] float32 9.0 (0,) [41] int32 b'x.caffemodel'

          """)
    }
  }

  @Test func writingWhatDoesNotFitIsAnError() throws {
    let scratch = try Scratch()
    let path = scratch.file("w.h5")
    #expect(throws: WriteError(path: path, place: "/x", cause: "2 values do not fill shape [3]")) {
      try HDF5Writer.write(to: path) { try $0.write([1, 2], shape: [3], to: "/x") }
    }
    #expect(throws: WriteError(path: path, place: "/i", cause: "4294967296 is not a 32-bit integer")) {
      try HDF5Writer.write(to: path) { try $0.write(1 << 32, to: "/i") }
    }
    #expect(throws: WriteError.self) {
      try HDF5Writer.write(to: path) {
        try $0.write([1], shape: [1], to: "/x")
        try $0.write([1], shape: [1], to: "/x")
      }
    }
    #expect(scratch.entries() == [])
  }

  /// As in AtomicFileTests: a limit on file size plays the full disk, for data and for what is written on closing.
  @Test(arguments: [3_000, 30_000, 400_000])
  func fullDiskLeavesNothing(limit: Int) async throws {
    await #expect(processExitsWith: .success) { [limit] in
      let scratch = try Scratch()
      let path = scratch.file("weights.h5")
      var limits = rlimit(rlim_cur: UInt(limit), rlim_max: UInt(limit))
      try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limits) == 0)
      signal(SIGXFSZ, SIG_IGN)
      let error = #expect(throws: FileSystemError.self) {
        try HDF5Writer.write(to: path) { writer in
          for layer in 0..<10 {
            try writer.makeGroup("/data/\(layer)")
            for blob in 0..<20 {
              try writer.write(
                Floats([Float](repeating: 1, count: 1000)), shape: [1000], to: "/data/\(layer)/\(blob)")
            }
          }
        }
      }
      #expect(error == FileSystemError(path: path, operation: .write, code: EFBIG))
      #expect(scratch.entries() == [])
    }
  }
}
