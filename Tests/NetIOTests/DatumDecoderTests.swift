import CaffeProto
import Glibc
import NetIO
import Testing
import TestSupport

@Suite struct DatumDecoderTests {
  private func record(_ populate: (inout Datum) -> Void) throws -> [UInt8] {
    try Datum.with(populate).serialized()
  }

  private func decode(_ record: [UInt8], _ images: ImageDecoder = ImageDecoder()) throws -> DatumImage {
    try DatumDecoder(images: images).decode(record.span.bytes)
  }

  @Test func rawBytesAndFloats() throws {
    let bytes = try record {
      ($0.channels, $0.height, $0.width, $0.label, $0.data) = (2, 1, 3, 7, [1, 2, 3, 4, 5, 255])
    }
    #expect(
      try decode(bytes)
        == DatumImage(channels: 2, height: 1, width: 3, label: 7, values: .bytes([1, 2, 3, 4, 5, 255])))
    let floats = try record { ($0.channels, $0.height, $0.width, $0.floatData) = (1, 1, 2, [0.5, -1]) }
    #expect(
      try decode(floats) == DatumImage(channels: 1, height: 1, width: 2, label: 0, values: .floats([0.5, -1])))
  }

  @Test func sizesMustAgree() throws {
    for (channels, height, width) in [(1, 1, 3), (0, 0, 0), (-1, -1, 2), (1 << 30, 1 << 30, 1 << 30)] {
      let bad = try record { ($0.channels, $0.height, $0.width, $0.data) = (channels, height, width, [1, 2]) }
      let error = #expect(throws: FormatError.self) { try decode(bad) }
      #expect(error?.problem == .corrupt("2 values do not fill \(channels) x \(height) x \(width)"))
    }
    #expect(throws: FormatError.self) { try decode([]) }
    #expect(throws: FormatError.self) { try decode([0x22, 200, 1, 2]) }
  }

  @Test func errorsNameTheRecord() throws {
    let scratch = try TemporaryFolder()
    try LMDBWriter.write(to: scratch("db")) { writer in
      try writer.put(key: "00000000", value: [0x22, 200, 1, 2])
      try writer.put(key: "00000001", value: record { ($0.encoded, $0.data) = (true, Array("GIF89a".utf8)) })
    }
    let reader = try LMDBReader(scratch("db"))
    let first = #expect(throws: FormatError.self) { try DatumDecoder().decode(reader) }
    #expect(first?.path == scratch("db") && first?.place == "record '00000000'")
    try reader.advance()
    #expect(
      throws: FormatError(
        path: scratch("db"), kind: .image, place: "record '00000001'", .corrupt("neither JPEG nor PNG"))
    ) { try DatumDecoder().decode(reader) }
  }

  private static let pictures = [
    "color.jpg", "color444.jpg", "progressive.jpg", "gray.jpg", "cmyk.jpg", "color.png", "alpha.png", "gray.png",
    "gray_alpha.png", "one_bit.png", "palette.png", "palette_alpha.png", "gray16.png", "color16.png",
  ]

  /// The values are OpenCV's: Tests/Golden/netio/make_images.py.
  @Test(arguments: pictures)
  func encodedImagesAreWhatOpenCVMakesOfThem(name: String) throws {
    let file = try readBytes(golden("images/\(name)"))
    let expected = try HDF5File(reading: golden("images.h5"))
    let encoded = try record { ($0.encoded, $0.data, $0.label) = (true, file, 3) }
    for (how, color) in [("native", .native), ("gray", .gray), ("color", .color)] as [(String, ImageDecoder.Color)] {
      guard try expected.object(at: "/\(name)/\(how)") != nil else {
        // 16 bits a channel: Caffe stops with them too.
        #expect(name.hasSuffix("16.png") && how == "native")
        #expect(throws: FormatError.self) { try decode(encoded, ImageDecoder(color: color)) }
        continue
      }
      let (shape, values) = try expected.dataset("/\(name)/\(how)")
      let image = try decode(encoded, ImageDecoder(color: color))
      #expect([image.channels, image.height, image.width, image.label] == shape + [3], "\(how)")
      guard case .bytes(let bytes) = image.values else {
        Issue.record("no bytes")
        return
      }
      let worst = zip(bytes, values).map { abs(Float($0) - $1) }.max()
      #expect(worst == 0, "\(how): largest difference \(String(describing: worst))")
    }
  }

  @Test(arguments: pictures)
  func damagedImagesAreErrors(name: String) throws {
    let file = try readBytes(golden("images/\(name)"))
    let decoder = ImageDecoder(color: .color)
    func encoded(_ bytes: [UInt8]) throws -> [UInt8] { try record { ($0.encoded, $0.data) = (true, bytes) } }
    for length in stride(from: 0, to: file.count - 12, by: 7) {
      #expect(throws: FormatError.self, "\(length) of \(file.count)") {
        try decode(try encoded(Array(file[..<length])), decoder)
      }
    }
    for place in file.indices {
      var bytes = file
      bytes[place] ^= 0xff
      do { _ = try decode(try encoded(bytes), decoder) } catch { #expect(error is FormatError) }
    }
    let tight = ImageDecoder(color: .color, limit: 3 * 13 * 17 - 1)
    let error = #expect(throws: FormatError.self) { try decode(try encoded(file), tight) }
    #expect(error?.problem == .overLimit(what: "number of values", value: 663, limit: 662))
  }

  @Test func jpegOfNothingButTablesIsAnError() throws {
    let tables: [UInt8] = [0xff, 0xd8, 0xff, 0xd9]
    let error = #expect(throws: FormatError.self) { try decode(record { ($0.encoded, $0.data) = (true, tables) }) }
    #expect(error?.problem == .corrupt("no image in the file"))
  }

  @Test func goldenDatabase() throws {
    // Origin: shared/golden/data/README.txt; record i has label i % 10.
    guard let folder = TestFiles.shared("golden/data/mnist_test_lmdb") else { return }
    let scratch = try TemporaryFolder()
    mkdir(scratch("db"), 0o777)
    try writeBytes(readBytes(folder + "/data.mdb"), to: scratch("db/data.mdb"))
    let reader = try LMDBReader(scratch("db"))
    #expect(reader.count == 1000)
    for item in 0..<1000 {
      let image = try DatumDecoder().decode(reader)
      #expect([image.channels, image.height, image.width, image.label] == [1, 28, 28, item % 10])
      try reader.advance()
    }
  }
}
