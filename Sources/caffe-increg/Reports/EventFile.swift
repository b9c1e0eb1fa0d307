import CaffeProto
import NetIO
import Report

/// TensorBoard's files of scalars: records of TFRecord's form, each an `Event` of tensorflow/core/util/event.proto.
enum EventFile {
  /// Writes a run's scalars.
  static func stage(_ run: RunRecord, to path: String) throws -> StagedFile {
    try AtomicFile.stage(path) { sink in
      sink.write(record(fixed(1, run.began) + UnknownFields.encode(3, Array("brain.Event:2".utf8))))
      for scalar in run.scalars {
        var step: [UInt8] = [2 << 3]
        step.appendVarint(UInt64(max(0, scalar.step)))
        let value = UnknownFields.encode(1, Array(scalar.tag.utf8)) + [2 << 3 | 5] + little(scalar.value.bitPattern)
        sink.write(record(fixed(1, run.began) + step + UnknownFields.encode(5, UnknownFields.encode(1, value))))
        if let error = sink.error { throw error }
      }
    }.file
  }

  /// A record: its length, that length's checksum, the bytes, theirs.
  static func record(_ bytes: [UInt8]) -> [UInt8] {
    let length = little(UInt64(bytes.count))
    return length + little(CRC32C.masked(length)) + bytes + little(CRC32C.masked(bytes))
  }

  private static func fixed(_ field: UInt8, _ value: Double) -> [UInt8] { [field << 3 | 1] + little(value.bitPattern) }

  private static func little(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }
}

/// Castagnoli's checksum (RFC 3720, B.4), as TFRecord masks it.
enum CRC32C {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0x82f6_3b78 : value >> 1 }
  }

  static func of(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { $0 >> 8 ^ table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] }
  }

  static func masked(_ bytes: [UInt8]) -> UInt32 {
    let sum = of(bytes)
    return (sum >> 15 | sum << 17) &+ 0xa282_ead8
  }
}
