import CaffeProto
import TestSupport
import Testing

@testable import NetIO

/// Weights as bytes, as NVIDIA's Caffe and OpenCV write them.
@Suite struct RawDataTests {
  /// Bit patterns of IEEE 754, by hand.
  @Test(
    arguments: [
      (0x0000, 0), (0x3c00, 1), (0xc000, -2), (0x3555, 0.333251953125), (0x7bff, 65504), (0x0001, 0x1p-24),
      (0x03ff, 1023 * 0x1p-24), (0x0400, 0x1p-14), (0x8001, -0x1p-24), (0x7c00, .infinity),
    ] as [(UInt16, Float)])
  func halves(_ bits: UInt16, _ value: Float) {
    #expect(Half(bits: bits).float == value)
    #expect(Half(rounding: value).bits == bits)
  }

  @Test func everyHalfIsItself() {
    for bits in UInt16.min...UInt16.max where !Half(bits: bits).float.isNaN {
      #expect(Half(rounding: Half(bits: bits).float).bits == bits)
    }
    #expect(Half(bits: 0x7e00).float.isNaN && Half(rounding: .nan).float.isNaN)
  }

  @Test(
    arguments: [
      (1 + 0x1p-11, 0x3c00), (1 + 0x1p-11 + 0x1p-20, 0x3c01), (1 + 3 * 0x1p-11, 0x3c02), (65519.9, 0x7bff),
      (65520, 0x7c00), (0x1p-25, 0), (0x1.8p-25, 1), (0x1.ff8p-15, 0x03ff), (0x1.ffcp-15, 0x0400), (2047.9, 0x6800),
    ] as [(Float, UInt16)])
  func nearest(_ value: Float, _ bits: UInt16) { #expect(Half(rounding: value).bits == bits) }

  private func file(_ blob: BlobProto, _ folder: TemporaryFolder) throws -> String {
    var net = NetParameter()
    net.layer = [
      .with {
        $0.name = "ip"
        $0.blobs = [blob]
      }
    ]
    try writeBytes(net.serialized(), to: folder("w.caffemodel"))
    return folder("w.caffemodel")
  }

  private func raw(_ type: BlobProto.RawType, _ bytes: [UInt8], _ count: Int) -> BlobProto {
    .with {
      $0.shape.dim = [count]
      $0.rawDataType = type
      $0.rawData = bytes
    }
  }

  @Test func areReadAsFloats() throws {
    let folder = try TemporaryFolder()
    for blob in [
      raw(.float16, [0x00, 0x3c, 0x00, 0xc0], 2), raw(.float, [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0], 2),
      raw(.double, [0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0xc0], 2),
    ] {
      let weights = try CaffeModel.read(file(blob, folder))
      #expect(weights["ip"]?.blobs == [BlobProto(shape: [2], data: [1, -2])])
    }
    for blob in [
      raw(.float16, [0x00, 0x3c, 0x00], 1), raw(.float16, [0x00, 0x3c], 2), raw(.int, [1, 0, 0, 0], 1),
    ] {
      #expect(throws: FormatError.self) { try CaffeModel.read(file(blob, folder)) }
    }
  }

  @Test func doublesMustFitInFloats() throws {
    let folder = try TemporaryFolder()
    let large = Double(1e300)
    let bytes = withUnsafeBytes(of: large.bitPattern.littleEndian) { Array($0) }
    let blobs: [BlobProto] = [
      raw(.double, bytes, 1),
      .with {
        $0.shape.dim = [2]
        $0.doubleData = [1, -large]
      },
      .with {
        $0.shape.dim = [1]
        $0.doubleData = [1]
        $0.doubleDiff = [large]
      },
    ]
    for blob in blobs {
      let error = #expect(throws: FormatError.self) { try CaffeModel.read(file(blob, folder)) }
      let text = error?.description ?? ""
      #expect(
        text.contains("layer 'ip', blob 0: ") && text.contains("e+300 is beyond the largest 32-bit float"), "\(text)")
    }
    // What is infinite before, stays so; the largest float is one.
    let limits = BlobProto.with {
      $0.shape.dim = [2]
      $0.doubleData = [.infinity, Double(Float.greatestFiniteMagnitude)]
    }
    let read = try CaffeModel.read(file(limits, folder))
    #expect(read["ip"]?.blobs.first?.data == [.infinity, .greatestFiniteMagnitude])
  }

  @Test func halvedWeightsComeBackRounded() throws {
    let folder = try TemporaryFolder()
    let weights = WeightSet(
      layers: [
        .init(name: "ip", blobs: [BlobProto(shape: [3], data: [0.1, -3, 1e-9]), BlobProto(shape: [], data: [2])])
      ])
    try CaffeModel.write(weights.halved(for: "h"), to: folder("h.caffemodel"))
    let blobs = try #require(CaffeModel.read(folder("h.caffemodel"))["ip"]?.blobs)
    #expect(Array(blobs[0].data) == [0.0999755859375, -3, 0] && Array(blobs[1].data) == [2])
    let large = WeightSet(layers: [.init(name: "ip", blobs: [BlobProto(shape: [1], data: [1e6])])])
    let error = #expect(throws: WriteError.self) { try large.halved(for: "h") }
    #expect("\(try #require(error))".contains("layer 'ip', blob 0"))
  }
}
