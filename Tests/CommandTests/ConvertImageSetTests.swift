import CaffeProto
import TestSupport
import Testing

@testable import NetIO
@testable import caffe_increg

@Suite struct ConvertImageSetTests {
  private let folder: TemporaryFolder
  private let images = TestFiles.golden + "/netio/images/"

  init() throws { folder = try TemporaryFolder() }

  private func convert(_ list: String, _ flags: String...) throws {
    try writeText(list, to: folder("list.txt"))
    try ConvertImageSetCommand.parse(flags + [images, folder("list.txt"), folder("db")]).run()
  }

  private func records(_ kind: DatabaseKind = .lmdb) throws -> [(key: String, datum: Datum)] {
    let reader = try kind.open(folder("db"))
    var records: [(String, Datum)] = []
    repeat { records.append((reader.key, try Datum(serialized: reader.value))) } while try reader.advance()
    return records
  }

  @Test(arguments: DatabaseKind.allCases) func pixels(_ kind: DatabaseKind) throws {
    try convert("color.png 3\ngray.jpg 1\n", "--backend", kind.rawValue)
    let records = try records(kind)
    #expect(records.map(\.key) == ["00000000_color.png", "00000001_gray.jpg"])
    #expect(records.map(\.datum.label) == [3, 1])
    let image = try ImageDecoder(color: .color).read(images + "color.png")
    let datum = records[0].datum
    #expect([datum.channels, datum.height, datum.width] == [3, 13, 17])
    #expect(.bytes(datum.data) == image.values && datum.hasEncoded && !datum.encoded)
    #expect(records[1].datum.channels == 3)
  }

  @Test func grayAndResized() throws {
    try convert("color.png 3\n", "--gray", "--resize_width", "5", "--resize_height", "4", "--shuffle")
    let datum = try records()[0].datum
    let image = try ImageDecoder(color: .gray).read(images + "color.png").resized(height: 4, width: 5)
    #expect([datum.channels, datum.height, datum.width] == [1, 4, 5])
    #expect(.bytes(datum.data) == image?.values)
  }

  /// Files as they are, also where gray is asked for: Caffe's ReadImageToDatum.
  @Test(arguments: [[], ["--gray"]]) func encodedAsItIs(_ flags: [String]) throws {
    try writeText("color.jpg 3\n", to: folder("list.txt"))
    let line = flags + ["--encoded", images, folder("list.txt"), folder("db")]
    try ConvertImageSetCommand.parse(line).run()
    let datum = try records()[0].datum
    #expect(datum.encoded && datum.label == 3 && !datum.hasChannels)
    #expect(try datum.data == readBytes(images + "color.jpg"))
  }

  @Test func encodedAnew() throws {
    try convert("color.jpg 3\ngray.png 4\n", "--encode_type", "png")
    let records = try records()
    #expect(records.allSatisfy { $0.datum.encoded })
    let decoded = try DatumDecoder().decode(LMDBReader(folder("db")))
    #expect(try decoded.values == ImageDecoder(color: .color).read(images + "color.jpg").values)
    #expect(try records[1].datum.data == readBytes(images + "gray.png"))
  }

  /// JPEG loses something, but not much: at quality 95 no more than a few steps in the mean.
  @Test func encodedAsJPEG() throws {
    try convert("color.png 3\n", "--encode_type", "jpg", "--resize_width", "40", "--resize_height", "32")
    let decoded = try DatumDecoder().decode(LMDBReader(folder("db")))
    let image = try #require(ImageDecoder(color: .color).read(images + "color.png").resized(height: 32, width: 40))
    guard case .bytes(let got) = decoded.values, case .bytes(let expected) = image.values else {
      Issue.record("no bytes")
      return
    }
    #expect(got.count == 3 * 32 * 40 && got != expected)
    let distance = zip(got, expected).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
    #expect(Double(distance) / Double(got.count) < 12)
  }

  /// What cannot be read is left out and the command fails; places in the list stay the numbers in the keys.
  @Test func failuresAreCounted() throws {
    #expect(throws: ImagesLeftOut(failures: 2, total: 3, database: folder("db"))) {
      try convert("none.png 0\ncolor.png 3\n../resize.h5 1\n")
    }
    #expect(try records().map(\.key) == ["00000001_color.png"])
  }

  @Test func sizesDiffer() throws {
    let image = DatumImage(channels: 1, height: 1, width: 2, label: 0, values: .bytes([1, 2]))
    try writeBytes(ImageFormat.png.encode(image, for: "small.png"), to: folder("small.png"))
    let error = #expect(throws: FormatError.self) {
      try convert("color.png 3\n../../../../../../../../../../..\(folder("small.png")) 1\n", "--check_size")
    }
    #expect("\(try #require(error))".contains("1 x 2 pixels after 13 x 17"))
    #expect(throws: (any Error).self) { try records() }
  }

  @Test(arguments: [("color.png", "line 1: not 'path label'"), ("color.png 1\ncolor.png x", "line 2")])
  func badLists(_ list: String, _ word: String) throws {
    let error = #expect(throws: FormatError.self) { try convert(list) }
    #expect("\(try #require(error))".contains(word))
  }

  @Test func unknownEncoding() throws {
    #expect(throws: ImagesLeftOut.self) { try convert("color.png 3\n", "--encode_type", "bmp") }
  }
}
