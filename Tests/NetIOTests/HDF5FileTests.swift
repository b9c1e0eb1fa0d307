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
    ("/huge", "the memory for all values, in bytes, 4398046511104 is over the limit of 81455064"),
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
    let scratch = try TemporaryFolder()
    let path = scratch("x.h5")
    for (bytes, found) in [
      ([], "an empty file"), (Array("layer {}\n".utf8), "a text file"),
      ([UInt8](repeating: 0, count: 600), "some other binary file"),
    ] as [([UInt8], String)] {
      try writeBytes(bytes, to: path)
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
    let scratch = try TemporaryFolder()
    let path = scratch("x.h5")
    try HDF5Writer.write(to: path) {
      try $0.makeGroup("/data/conv1")
      try $0.write([1, 2, 3, 4], shape: [2, 2], to: "/data/conv1/0")
    }
    let whole = try readBytes(path)
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
      try writeBytes(bytes, to: path)
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
}
