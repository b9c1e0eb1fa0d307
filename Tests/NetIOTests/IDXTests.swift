import CaffeProto
import Glibc
import NetIO
import Testing
import TestSupport

@Suite struct IDXTests {
  private let images: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6]
  private let labels: [UInt8] = [0, 0, 8, 1, 0, 0, 0, 2, 9, 200]

  @Test func convertsAsCaffesTool() throws {
    let scratch = try TemporaryFolder()
    try writeBytes(images, to: scratch("images"))
    try writeBytes(labels, to: scratch("labels"))
    var heard: [[Int]] = []
    let count = try convertMNIST(
      images: scratch("images"), labels: scratch("labels"), to: scratch("db")
    ) { heard.append([$0, $1]) }
    #expect(count == 2 && heard == [[1, 2], [2, 2]])
    let reader = try LMDBReader(scratch("db"))
    #expect(reader.key == "00000000")
    // channels 1, height 1, width 3, data, label, in C++ protobuf's order (that of the numbers).
    #expect(reader.value == [8, 1, 16, 1, 24, 3, 0x22, 3, 1, 2, 3, 40, 9])
    try reader.advance()
    #expect(reader.key == "00000001")
    #expect(reader.value == [8, 1, 16, 1, 24, 3, 0x22, 3, 4, 5, 6, 40, 200, 1])
  }

  @Test func badFilesAreErrorsAndLeaveNothing() throws {
    let scratch = try TemporaryFolder()
    let (image, label, db) = (scratch("images"), scratch("labels"), scratch("db"))
    func convert(_ images: [UInt8], _ labels: [UInt8]) throws {
      try writeBytes(images, to: image)
      try writeBytes(labels, to: label)
      try convertMNIST(images: image, labels: label, to: db)
    }
    for length in 0..<images.count {
      #expect(throws: FormatError.self, "\(length)") { try convert(Array(images[..<length]), labels) }
    }
    for length in 0..<labels.count {
      #expect(throws: FormatError.self, "\(length)") { try convert(images, Array(labels[..<length])) }
    }
    #expect(throws: FormatError.self) { try convert(labels, images) }
    var three = labels
    three[7] = 3
    #expect(throws: FormatError.self) { try convert(images, three + [1]) }
    var huge = images
    huge[8...15] = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]
    #expect(throws: FormatError.self) { try convert(huge, labels) }
    #expect(throws: FormatError.self) { try convert([0x1f, 0x8b, 8, 0, 1, 2, 3], labels) }
    #expect(throws: FileSystemError(path: scratch("none"), operation: .open, code: ENOENT)) {
      try convertMNIST(images: scratch("none"), labels: label, to: db)
    }
    #expect(scratch.entries() == ["images", "labels"])
  }

  @Test func realMNISTGzipped() throws {
    guard let images = TestFiles.shared("data/mnist/t10k-images-idx3-ubyte.gz"),
      let labels = TestFiles.shared("data/mnist/t10k-labels-idx1-ubyte.gz")
    else { return }
    let scratch = try TemporaryFolder()
    #expect(try convertMNIST(images: images, labels: labels, to: scratch("db")) == 10_000)
    let reader = try LMDBReader(scratch("db"))
    // The first labels of the published test set.
    let first = try (0..<10).map { _ in
      defer { _ = try? reader.advance() }
      return try DatumDecoder().decode(reader).label
    }
    #expect(first == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9])
    // A gzip file cut off in the middle.
    try writeBytes(Array(try readBytes(images).prefix(100_000)), to: scratch("cut.gz"))
    let error = #expect(throws: FormatError.self) {
      try convertMNIST(images: scratch("cut.gz"), labels: labels, to: scratch("db2"))
    }
    #expect(error?.path == scratch("cut.gz"))
  }
}
