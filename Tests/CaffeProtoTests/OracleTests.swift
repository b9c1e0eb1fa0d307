import CProtobufC
import Foundation
import TestSupport
import Testing

@testable import CaffeProto

/// Python protobuf, with messages compiled from our own schema, finds the same fields in generated messages as we do, and
/// in what we write of them. Tests/Peers/oracle.py has the comparison, what lies beside it the generator.
///
/// `ORACLE_MESSAGES` is how many are generated (1,000), `ORACLE_SEED` their seed; `CAFFE_SOURCE` and `INCREG_SOURCE` are
/// source trees of stock Caffe and caffe_increg, whose nets and solvers are compared too.
@Suite struct OracleTests {
  private static let roots: [String: any Message.Type] = [
    "SolverParameter": SolverParameter.self, "NetParameter": NetParameter.self, "LayerParameter": LayerParameter.self,
    "V1LayerParameter": V1LayerParameter.self, "SolverState": SolverState.self, "BlobProtoVector": BlobProtoVector.self,
    "BlobProto": BlobProto.self, "Datum": Datum.self,
  ]

  @Test func pythonFindsTheSameFields() throws {
    guard Protoc.path != nil else {
      print("SKIPPED: protoc is not installed, no message is compared with Python protobuf's")
      return
    }
    let folder = try TemporaryFolder()
    let environment = ProcessInfo.processInfo.environment
    let count = environment["ORACLE_MESSAGES"].flatMap { Int($0) } ?? 1000
    let files = StockFiles.all.map(\.path)
    let seed = environment["ORACLE_SEED"] ?? "1"
    guard try oracle(["make", folder.path, "\(count)", seed] + files) != nil else { return }

    var ours: [UInt8] = []
    let cases = try Case.read(folder("cases"))
    #expect(cases.count == 4 * count + 2 * files.count)
    for item in cases {
      let type = try #require(Self.roots[item.type])
      let (text, wire) = try read(type, item)
      for (form, content) in [("text", text), ("wire", wire)] {
        for part in [Array(item.type.utf8), Array(item.name.utf8), Array(form.utf8), content, Array(item.listing.utf8)]
        {
          ours += withUnsafeBytes(of: UInt32(part.count).littleEndian, Array.init)
          ours += part
        }
      }
    }
    try writeBytes(ours, to: folder("ours"))
    #expect(try oracle(["check", folder.path]) == "\(2 * cases.count) checked\n")
  }

  /// Compares what we read with what Python read; returns it as we write it.
  private func read<M: Message>(_: M.Type, _ item: Case) throws -> (text: [UInt8], wire: [UInt8]) {
    let label: Comment = "\(item.name), \(item.type), \(item.form)"
    do {
      let message =
        try item.form == "text" ? M(text: item.content, file: item.name) : M(serialized: item.content)
      #expect(try Listing(message).text == item.listing, label)
      return (Array(try message.text().utf8), try message.serialized())
    } catch {
      Issue.record(error, label)
      return ([], [])
    }
  }

  private func oracle(_ arguments: [String]) throws -> String? {
    try python(
      [TestFiles.package + "/Tests/Peers/oracle.py"] + arguments, needs: "google.protobuf.unknown_fields")
  }
}

/// A content and all fields that Python finds in it.
private struct Case {
  let type: String
  let name: String
  let form: String
  let content: [UInt8]
  let listing: String

  static func read(_ path: String) throws -> [Case] {
    var rest = try readBytes(path)[...]
    var parts: [[UInt8]] = []
    while rest.count >= 4 {
      let size = rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
      parts.append(Array(rest.dropFirst(4).prefix(size)))
      rest = rest.dropFirst(4 + size)
    }
    return stride(from: 0, to: parts.count, by: 5).map { first in
      let texts = parts[first..<first + 5].map { String(decoding: $0, as: UTF8.self) }
      return Case(type: texts[0], name: texts[1], form: texts[2], content: parts[first + 3], listing: texts[4])
    }
  }
}

/// All fields of a message, in the form of oracle.py's `listing`.
private struct Listing {
  private var lines: [String] = []

  var text: String { lines.joined(separator: "\n") }

  init(_ message: some Message) throws {
    let arena = Arena()
    let written = try message.written(to: arena)
    try withExtendedLifetime(arena) { try list(UnsafeMutableRawPointer(written), type(of: message).descriptor) }
  }

  private mutating func list(_ message: UnsafeMutableRawPointer, _ type: MessageDescriptor) throws {
    for field in type.fields {
      let slot = FieldSlot(type, field, in: message)
      if field.isRepeated {
        let start = slot.elements(of: UInt8.self)
        for i in 0..<slot.count { try start.map { try list(field, UnsafeMutableRawPointer($0 + i * field.size)) } }
      } else if slot.isPresent {
        try list(field, slot.address)
      }
    }
    let base = message.assumingMemoryBound(to: ProtobufCMessage.self).pointee
    // What is written holds all unknown fields as one, see `FieldCursor.unknown`.
    for unknown in UnsafeBufferPointer(start: base.unknown_fields, count: Int(base.n_unknown_fields)) {
      var bytes: [UInt8] = []
      bytes.appendVarint(UInt64(unknown.tag) << 3 | UInt64(unknown.wire_type.rawValue))
      bytes += UnsafeBufferPointer(start: unknown.data, count: unknown.len)
      try bytes.withUnsafeBytes { try listUnknown($0) }
    }
  }

  private mutating func listUnknown(_ bytes: UnsafeRawBufferPointer) throws {
    var records: [WireRecord] = []
    while case let start = records.last?.end ?? 0, start < bytes.count {
      records.append(try WireRecord(bytes, at: start, end: bytes.count))
    }
    for (_, record) in records.enumerated().sorted(by: {
      ($0.element.number, $0.offset) < ($1.element.number, $1.offset)
    }) {
      // Fixed-width numbers are little-endian on every machine that this runs on.
      let start = record.value.lowerBound
      let value =
        switch record.form {
        case .varint: "\(bytes.varint(at: start)?.value ?? 0)"
        case .fixed64: "\(bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self))"
        case .fixed32: "\(bytes.loadUnaligned(fromByteOffset: start, as: UInt32.self))"
        case .lengthPrefixed: hex(bytes[record.value])
        }
      lines.append("#\(record.number) \(record.form.rawValue) \(value)")
    }
  }

  private mutating func list(_ field: FieldDescriptor, _ value: UnsafeMutableRawPointer) throws {
    let text: String
    switch field.kind {
    case .message:
      lines.append(field.name + " {")
      try list(value.load(as: UnsafeMutableRawPointer.self), field.messageType)
      text = "}"
    case .string: text = "'" + hex(String(cString: value.load(as: UnsafeMutablePointer<CChar>.self)).utf8)
    case .bytes:
      let data = value.load(as: ProtobufCBinaryData.self)
      text = "'" + hex(UnsafeBufferPointer(start: data.data, count: data.len))
    case .float: text = value.load(as: Float.self).isNaN ? "nan" : digits(value.load(as: UInt32.self))
    case .double: text = value.load(as: Double.self).isNaN ? "nan" : digits(value.load(as: UInt64.self))
    case .int64: text = "\(value.load(as: Int64.self))"
    case .uint32: text = "\(value.load(as: UInt32.self))"
    case .int32, .bool, .enum: text = "\(value.load(as: Int32.self))"
    }
    lines.append(field.kind == .message ? text : "\(field.name) \(text)")
  }

  private func hex(_ bytes: some Sequence<UInt8>) -> String { bytes.map { digits($0) }.joined() }

  private func digits<I: FixedWidthInteger>(_ bits: I) -> String {
    let text = String(bits, radix: 16)
    return String(repeating: "0", count: I.bitWidth / 4 - text.count) + text
  }
}
