import Hostile
import TestSupport
import Testing

@testable import CaffeProto

/// Whatever bytes come, reading ends with a value or with a typed error.
@Suite struct HostileBytesTests {
  /// Reads bytes as a message; what can be read can be written and is then the same.
  private func read<M: Message>(_: M.Type, _ bytes: [UInt8]) throws -> Bool {
    let message: M
    do { message = try M(serialized: bytes) } catch is WireError { return false }
    let written = try message.serialized()
    #expect(try M(serialized: written).serialized() == written, "\(bytes)")
    return true
  }

  @Test(arguments: 0..<8) func anyRecordsAreAValueOrAnError(_ seed: Int) throws {
    let hostile = HostileBytes(seed: seed)
    var values = 0
    for _ in 0..<400 {
      let bytes = hostile.number(below: 8) == 0 ? hostile.noise(hostile.number(below: 60)) : hostile.records()
      for isValue in [
        try read(NetParameter.self, bytes), try read(SolverState.self, bytes), try read(SolverParameter.self, bytes),
        try read(LayerParameter.self, bytes), try read(V1LayerParameter.self, bytes), try read(BlobProto.self, bytes),
        try read(Datum.self, bytes),
      ] where isValue { values += 1 }
    }
    // The bytes are not so bad that nothing can be read, nor so good that everything can.
    #expect(values > 100 && values < 2700, "\(values)")
  }

  @Test func damagedNetsAreAValueOrAnError() throws {
    let whole = try BinaryTests.net.serialized()
    let hostile = HostileBytes(seed: 5)
    for _ in 0..<1500 { _ = try read(NetParameter.self, hostile.damaged(whole)) }
  }

  /// Records of a sub-message beside records of another form under the same number, which are unknown fields.
  @Test(arguments: [
    // convolution_param as 1 and { num_output: 3 }
    "d0 06 01 d2 06 02 08 03",
    "d2 06 02 08 03 d0 06 01",
    "d2 06 02 08 03 d5 06 00 00 00 00 d2 06 02 20 05 d0 06 01",
    // two of each, within a layer of a net
    "d2 06 00 d2 06 00 d0 06 00 d0 06 00 d1 06 00 00 00 00 00 00 00 00",
  ])
  func splitMessagesOfDifferentForms(_ layer: String) throws {
    let bytes = hex(layer)
    let value = try LayerParameter(serialized: bytes)
    #expect(!value.unknownFields.isEmpty)
    #expect(try LayerParameter(serialized: value.serialized()) == value)
    let net = try NetParameter(serialized: hex("a2 06") + [UInt8(bytes.count)] + bytes)
    #expect(net.layer == [value])
    let folder = try TemporaryFolder()
    try writeBytes(bytes, to: folder("layer"))
    #expect(try LayerParameter(binaryFile: folder("layer")) == value)
  }

  /// Files of a megabyte that would take hundreds in memory.
  @Test(arguments: ["a2 06 00", "1a 00", "e0 5d 01", "c8 01 01", "02 00", "3a 02 3a 00", "d0 06 01"])
  func manySmallPartsHaveALimit(_ part: String) throws {
    let bytes = Array(repeatElement(hex(part), count: 400_000).joined())
    var limits = WireLimits()
    limits.spareMemory = 1 << 20
    limits.messages = .max
    let error: WireError = try failure { _ = try NetParameter(serialized: bytes, limits: limits) }
    #expect(error.reason.isLimit || error.reason == .invalidTag(2), "\(error)")
  }

  /// What real nets hold is far from the limit.
  @Test func weightsTakeNoMoreThanTheirSize() throws {
    var limits = WireLimits()
    limits.spareMemory = 1 << 14
    let net = NetParameter.with {
      $0.layer = [.with { $0.blobs = [.with { $0.data = Floats((0..<100_000).map(Float.init)) }] }]
    }
    #expect(try NetParameter(serialized: net.serialized(), limits: limits) == net)
  }

  @Test func textsHaveALimitToo() throws {
    var limits = TextLimits()
    limits.spareMemory = 1 << 20
    for part in ["layer{}", "input:''", "layer{blobs{}}"] {
      let text = String(repeating: part, count: 50_000)
      let error: TextFormatError = try failure { _ = try NetParameter(text: text, limits: limits) }
      #expect(error.reason == .tooMuchMemory(limit: limits.memory(for: text.utf8.count)), "\(part)")
    }
    #expect(
      try NetParameter(text: String(repeating: "input_dim: 1000 ", count: 50_000), limits: limits).inputDim.count
        == 50_000)
  }

  @Test(arguments: 0..<4) func anyTextIsAValueOrAnError(_ seed: Int) throws {
    let hostile = HostileBytes(seed: 100 + seed)
    let words = [
      "layer", "name", "top", "input_param", "shape", "dim", "blobs", "data", "{", "}", "<", ">", ":", "[", "]", ",",
      "\"a\\033\"",
      "'", "1", "-1", "1e99", "nan", "0x7fffffffffffffff", "99999999999999999999", "\u{1b}", "\0", "é", "#", "\n", " ",
    ]
    for _ in 0..<2000 {
      let text = (0..<hostile.number(below: 30)).map { _ in hostile.pick(words) }.joined(separator: " ")
      do {
        let net = try NetParameter(text: text)
        #expect(try NetParameter(text: net.text()) == net, "\(text)")
      } catch is TextFormatError {}
    }
  }
}
