import CaffeProto
import NetIO

/// A message in protobuf's wire format, built field by field. Weights stay where they are until the message is written.
struct WireMessage {
  /// The length in bytes.
  private(set) var size = 0
  private var pieces: [Piece] = []

  private enum Piece {
    case bytes([UInt8])
    case floats(Floats)
  }

  /// An integer; negative ones take ten bytes, as in protobuf.
  mutating func add(_ field: Int, _ number: Int) {
    append(varint(field << 3) + varint(number))
  }

  /// A repeated integer.
  mutating func add(_ field: Int, _ numbers: [Int]) { for number in numbers { add(field, number) } }

  /// A float.
  mutating func add(_ field: Int, _ value: Float) {
    append(varint(field << 3 | 5) + littleEndian(value.bitPattern))
  }

  /// A string, or bytes.
  mutating func add(_ field: Int, _ text: String) {
    append(varint(field << 3 | 2) + varint(text.utf8.count) + Array(text.utf8))
  }

  /// A message in this one.
  mutating func add(_ field: Int, _ message: WireMessage) {
    append(varint(field << 3 | 2) + varint(message.size))
    for piece in message.pieces { append(piece) }
    size += message.size
  }

  /// Bytes that hold floats.
  mutating func add(_ field: Int, raw values: Floats) {
    append(varint(field << 3 | 2) + varint(values.byteCount))
    append(.floats(values))
    size += values.byteCount
  }

  /// Bytes that hold 64-bit integers.
  mutating func add(_ field: Int, raw numbers: [Int]) {
    append(varint(field << 3 | 2) + varint(numbers.count * 8) + numbers.flatMap { littleEndian(Int64($0)) })
  }

  /// Writes the message without a length before it.
  func write(to sink: FileSink) throws {
    for piece in pieces {
      switch piece {
      case .bytes(let bytes): sink.write(bytes)
      case .floats(let values): sink.write(values)
      }
      if let error = sink.error { throw error }
    }
  }

  private mutating func append(_ bytes: [UInt8]) {
    append(.bytes(bytes))
    size += bytes.count
  }

  /// Joins small pieces.
  private mutating func append(_ piece: Piece) {
    if case .bytes(let new) = piece, case .bytes(var last)? = pieces.last {
      pieces.removeLast()
      last += new
      pieces.append(.bytes(last))
    } else {
      pieces.append(piece)
    }
  }

  private func varint(_ number: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendVarint(UInt64(bitPattern: Int64(number)))
    return bytes
  }

  private func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
    (0..<(number.bitWidth / 8)).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
  }
}

extension Floats {
  /// What the values take in memory and in files.
  var byteCount: Int { count * MemoryLayout<Float>.stride }
}
