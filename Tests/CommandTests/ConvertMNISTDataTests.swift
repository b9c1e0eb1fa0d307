import CaffeProto
import NetIO
import Testing
import TestSupport

@testable import caffe_increg
@testable import make_digits

@Suite struct ConvertMNISTDataTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func convert(images: [UInt8], labels: [UInt8]) throws {
    try writeBytes(images, to: folder("images"))
    try writeBytes(labels, to: folder("labels"))
    try ConvertMNISTDataCommand.parse([folder("images"), folder("labels"), folder("db"), "--backend", "lmdb"]).run()
  }

  /// Keys of eight digits and Datums as Caffe's tool makes them.
  @Test func records() throws {
    try convert(images: idx([2, 1, 3], [1, 2, 3, 4, 5, 255]), labels: idx([2], [7, 0]))
    let reader = try LMDBReader(folder("db"))
    #expect(reader.count == 2 && reader.key == "00000000")
    var datum = try Datum(serialized: reader.value)
    #expect([datum.channels, datum.height, datum.width, datum.label] == [1, 1, 3, 7])
    #expect(datum.data == [1, 2, 3] && !datum.encoded)
    try reader.advance()
    datum = try Datum(serialized: reader.value)
    #expect(reader.key == "00000001" && datum.label == 0 && datum.data == [4, 5, 255])
  }

  /// As many pairs as images, in LevelDB unless told otherwise.
  @Test func pairs() throws {
    try writeBytes(idx([3, 1, 2], [1, 2, 3, 4, 5, 6]), to: folder("images"))
    try writeBytes(idx([3], [7, 0, 7]), to: folder("labels"))
    try ConvertMNISTSiameseDataCommand.parse([folder("images"), folder("labels"), folder("db")]).run()
    #expect(try LevelDBReader(folder("db")).key == "00000000")
    var draws = [0, 2, 1, 2, 1, 1]
    try convertMNISTPairs(
      images: folder("images"), labels: folder("labels"), to: folder("pairs"), kind: .lmdb,
      random: { _ in draws.removeFirst() })
    let reader = try LMDBReader(folder("pairs"))
    #expect(reader.count == 3)
    for (pixels, label) in [([1, 2, 5, 6], 1), ([3, 4, 5, 6], 0), ([3, 4, 3, 4], 1)] as [([UInt8], Int)] {
      let datum = try Datum(serialized: reader.value)
      #expect([datum.channels, datum.height, datum.width, datum.label] == [2, 1, 2, label] && datum.data == pixels)
      try reader.advance()
    }
  }

  @Test func countsDiffer() throws {
    #expect(throws: FormatError.self) { try convert(images: idx([1, 1, 1], [1]), labels: idx([2], [7, 0])) }
  }

  /// The database exists whole or not at all.
  @Test func imagesEndEarly() throws {
    #expect(throws: FormatError.self) { try convert(images: idx([2, 1, 2], [1, 2, 3]), labels: idx([2], [7, 0])) }
    #expect(throws: (any Error).self) { try LMDBReader(folder("db")) }
  }
}
