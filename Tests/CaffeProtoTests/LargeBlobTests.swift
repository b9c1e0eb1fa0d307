import CaffeProto
import Testing
import TestSupport

/// Files with arrays that are large enough to be read past the mapping (1 MiB).
@Suite struct LargeBlobTests {
  private func blob(_ count: Int, seed: Int, diff: Int = 0) -> BlobProto {
    .with {
      $0.shape.dim = [count]
      $0.data = Floats((0..<count).map { Float($0 &* 31 &+ seed) })
      $0.diff = Floats((0..<diff).map { Float($0 &* 17 &+ seed) })
    }
  }

  private func roundTrip(_ bytes: [UInt8]) throws -> NetParameter {
    let folder = try TemporaryFolder()
    try writeBytes(bytes, to: folder("large"))
    return try NetParameter(binaryFile: folder("large"))
  }

  /// Small and large blobs, of equal and of different sizes, and none at a page's start.
  @Test(arguments: [0, 1, 300_000, 262_144]) func everyBlobGetsItsOwnValues(_ diff: Int) throws {
    let net = NetParameter.with { net in
      for layer in 0..<4 {
        net.layer.append(
          .with {
            $0.name = "layer\(String(repeating: "x", count: layer * 7))"
            $0.blobs = [262_144, 262_143, 262_144, 3, 500_001].enumerated().map { index, count in
              blob(count, seed: layer * 100 + index, diff: layer == 2 && index < 3 ? diff : 0)
            }
          })
      }
    }
    #expect(try roundTrip(net.serialized()) == net)
  }

  /// The values of one blob in two records, which other writers may make, and a patched field behind them.
  @Test func valuesInPieces() throws {
    func record(_ number: Int, _ bytes: [UInt8]) -> [UInt8] {
      var prefix: [UInt8] = []
      for value in [number << 3 | 2, bytes.count] {
        var rest = value
        while rest >= 0x80 {
          prefix.append(UInt8(rest & 0x7f) | 0x80)
          rest >>= 7
        }
        prefix.append(UInt8(rest))
      }
      return prefix + bytes
    }
    func floats(_ values: [Float]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }
    let (first, second) = ((0..<300_000).map { Float($0) }, (0..<280_000).map { Float(-$0) })
    let pieces = record(5, floats(first)) + record(5, floats(second))
    // 148 is clip_param in the schema and something else in other forks.
    for tail in [[], record(148, [0x0d, 0, 0, 0x80, 0x3f])] as [[UInt8]] {
      for (data, expected) in [(pieces, first + second), (record(5, floats(first)), first)] {
        let net = try roundTrip(record(100, record(7, data) + tail))
        #expect(net.layer.count == 1 && net.layer[0].blobs.count == 1)
        #expect(net.layer[0].blobs[0].data == Floats(expected))
      }
    }
  }
}
