import Base
import Testing
import TestSupport

@testable import CaffeProto

@Suite struct BinaryTests {
  /// Two layers with weights; what most tests read.
  static let net = NetParameter.with {
    $0.name = "n"
    $0.layer = (0..<2).map { i in
      .with {
        $0.name = "layer\(i)"
        $0.type = "InnerProduct"
        $0.innerProductParam = .with { $0.numOutput = 2 + i }
        $0.blobs = [
          .with {
            $0.shape.dim = [1, 300]
            $0.data = Floats((0..<300).map { Float($0) * 0.25 })
          }
        ]
      }
    }
  }

  @Test func everyTruncationIsAnErrorThatNamesThePlace() throws {
    let bytes = try Self.net.serialized()
    #expect(try NetParameter(serialized: bytes) == Self.net)
    // A cut between two fields of the outermost message leaves a well-formed, shorter message.
    let whole = [0, 3, 3 + (bytes.count - 3) / 2]
    for length in 0..<bytes.count where !whole.contains(length) {
      let error: WireError = try failure {
        _ = try NetParameter(serialized: Array(bytes[..<length]), source: "x")
      }
      #expect(error.path.hasPrefix("NetParameter") && error.source == "x" && error.offset < length)
    }
    let error: WireError = try failure {
      _ = try NetParameter(serialized: Array(bytes.dropLast()), source: "net.caffemodel")
    }
    let start = 3 + (bytes.count - 3) / 2
    #expect(
      error.description == "net.caffemodel: byte \(start): NetParameter.layer[1]: truncated: "
        + "\(bytes.count - start - 4) bytes expected, \(bytes.count - start - 5) left")
  }

  /// Several records of one sub-message are their contents behind each other, unknown fields included.
  @Test func splitSubMessagesAreJoined() throws {
    // convolution_param { num_output: 3 250: 7 weight_filler { std: 1 } }, name, then the same with other fields
    let split = hex(
      "d2 06 0c 08 03 d0 0f 07 3a 05 35 00 00 80 3f 0a 01 61 d2 06 0e 20 05 d8 0f 08 3a 07 0a 05 6d 73 72 61 21")
    let layer = try LayerParameter(serialized: split)
    #expect(layer.name == "a" && layer.convolutionParam.numOutput == 3 && layer.convolutionParam.kernelSize == [5])
    #expect(layer.convolutionParam.weightFiller == .with { ($0.std, $0.type) = (1, "msra!") })
    #expect(layer.convolutionParam.unknownFields == hex("d0 0f 07 d8 0f 08"))
    let folder = try TemporaryFolder()
    try writeBytes(split, to: folder("split"))
    #expect(try LayerParameter(binaryFile: folder("split")) == layer)
  }

  /// Bytes, what is wrong, where, in which field.
  static let malformed: [(String, WireError.Reason, Int, String)] = [
    ("a2 06 05 0a 09 61 62 63", .truncated(needed: 9, left: 3), 3, "NetParameter.layer[0].name"),
    ("0a ff ff ff ff ff ff ff ff ff 01", .truncated(needed: Int.max, left: 0), 0, "NetParameter.name"),
    ("0a", .malformedVarint, 0, "NetParameter.name"),
    ("28 80", .malformedVarint, 0, "NetParameter.force_backward"),
    ("28 ff ff ff ff ff ff ff ff ff ff 01", .malformedVarint, 0, "NetParameter.force_backward"),
    ("ff ff ff ff ff 0f", .malformedVarint, 0, "NetParameter"),
    ("02 00", .invalidTag(2), 0, "NetParameter"),
    ("0f", .invalidTag(15), 0, "NetParameter.name"),
    ("a3 06 a4 06", .group, 0, "NetParameter.layer[0]"),
    ("a2 06 07 3a 05 2a 03 00 00 80", .partialElement(size: 4), 5, "NetParameter.layer[0].blobs[0].data"),
    (
      "a2 06 0a 3a 08 3a 02 0a 00 3a 02 0a 80", .malformedVarint, 11,
      "NetParameter.layer[0].blobs[0].shape.dim"
    ),
    ("42 03 0a 01 80", .malformedVarint, 2, "NetParameter.input_shape[0].dim"),
    ("22 01 80", .malformedVarint, 0, "NetParameter.input_dim"),
    ("0a 02 c3 28", .invalidUTF8, 0, "NetParameter.name"),
    ("1a 01 61 1a 01 00", .nulInString, 3, "NetParameter.input[1]"),
  ]

  @Test(arguments: BinaryTests.malformed)
  func malformedBytes(_ bytes: String, _ reason: WireError.Reason, _ offset: Int, _ path: String) throws {
    let error: WireError = try failure { _ = try NetParameter(serialized: hex(bytes)) }
    #expect(error == WireError(source: "", offset: offset, path: path, reason: reason))
  }

  @Test func missingRequiredFieldsAreNamed() throws {
    // ClipParameter { min: 1 } with an unknown field that PruneParameter does not have either
    let error: WireError = try failure { _ = try ClipParameter(serialized: hex("0d 00 00 80 3f")) }
    #expect(error.description == "byte 0: ClipParameter: required field max is missing")
  }

  @Test func limits() throws {
    let bytes = try Self.net.serialized()
    var limits = WireLimits()
    limits.bytes = bytes.count - 1
    var error: WireError = try failure { _ = try NetParameter(serialized: bytes, limits: limits) }
    #expect(error.reason == .tooLarge(bytes: bytes.count, limit: bytes.count - 1))
    limits = WireLimits()
    limits.depth = 3
    error = try failure { _ = try NetParameter(serialized: bytes, limits: limits) }
    #expect(error.reason == .tooDeep(limit: 3) && error.path == "NetParameter.layer[0].blobs[0].shape")
    limits = WireLimits()
    limits.messages = 9
    #expect(try NetParameter(serialized: bytes, limits: limits) == Self.net)
    limits.messages = 8
    error = try failure { _ = try NetParameter(serialized: bytes, limits: limits) }
    #expect(
      error.reason == .tooManyMessages(limit: 8) && error.path == "NetParameter.layer[1].inner_product_param")
  }

  @Test func streamsWithoutCopyingBlobs() throws {
    let weights = Floats(count: 100_000) { for i in $0.indices { $0[i] = Float(i) } }
    let net = NetParameter.with { $0.layer = [.with { $0.blobs = [.with { $0.data = weights }] }] }
    var streamed: [UInt8] = []
    var addresses: [UnsafeRawPointer?] = []
    try net.serialize {
      streamed += $0
      addresses.append($0.baseAddress)
    }
    #expect(try streamed == net.serialized())
    #expect(weights.withUnsafeBufferPointer { addresses.contains(UnsafeRawPointer($0.baseAddress)) })
    struct DiskFull: Error {}
    var calls = 0
    #expect(throws: DiskFull.self) {
      try net.serialize { _ in
        calls += 1
        throw DiskFull()
      }
    }
    #expect(calls == 1)
  }

  @Test func files() throws {
    let folder = try TemporaryFolder()
    let path = folder("net.caffemodel")
    let error: FileError = try failure { _ = try NetParameter(binaryFile: path) }
    #expect(error.description == "\(path): cannot open: No such file or directory")
    try writeBytes(Self.net.serialized(), to: path)
    #expect(try NetParameter(binaryFile: path) == Self.net)
    try writeBytes([], to: path)
    #expect(try NetParameter(binaryFile: path) == NetParameter())
    #expect(throws: FileError.self) { try NetParameter(textFile: folder.path) }
  }

  @Test func randomDamageNeverCrashes() throws {
    let bytes = try Self.net.serialized() + BinaryCollisionTests.increg
    var random = Xorshift()
    var refused = 0
    for _ in 0..<1000 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        damaged[Int.random(in: 0..<60, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      do {
        let net = try NetParameter(serialized: damaged)
        #expect(try NetParameter(serialized: net.serialized()) == net)
      } catch is WireError { refused += 1 }
    }
    #expect(refused > 0)
  }
}

/// Repeatable random numbers (Marsaglia's xorshift64).
private struct Xorshift: RandomNumberGenerator {
  private var state: UInt64 = 0x9e37_79b9_7f4a_7c15

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}
