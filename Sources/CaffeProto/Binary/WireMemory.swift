import CProtobufC

/// Estimates the memory that a message takes when it is read: what libprotobuf-c allocates and the Swift value that is
/// made of it. Counted over the whole file, since a hundred thousand empty messages of three bytes each are small one by
/// one.
struct WireMemory {
  let limit: Int
  private var kept = 0
  /// The records of the messages that are being read, about which libprotobuf-c takes notes meanwhile.
  private var open = 0

  /// libprotobuf-c's note about a record.
  private static let note = 40
  /// What malloc adds to a small block, rounded up.
  private static let block = 32

  init(limit: Int) { self.limit = limit }

  /// Begins a message; the result goes to `leave(to:)`.
  func enter() -> Int { open }

  mutating func leave(to outer: Int) { open = outer }

  mutating func pass(_ record: WireRecord) throws(WireFault) {
    open += 1
    try check(at: record.start)
  }

  /// A message: its struct, its value, and copies of that in arrays.
  mutating func keep(message type: MessageDescriptor, at offset: Int?) throws(WireFault) {
    try keep(3 * type.size + Self.block, at: offset)
  }

  /// A string, or bytes: a C string and a Swift one, and their places in arrays.
  mutating func keep(text record: WireRecord) throws(WireFault) {
    try keep(2 * (record.value.count + Self.block), at: record.start)
  }

  /// A field that the schema does not have.
  mutating func keep(unknown record: WireRecord) throws(WireFault) {
    try keep(2 * (record.value.count + 2 * Self.block), at: record.start)
  }

  /// Values of a repeated field. Floats of blobs are taken over, all others copied.
  mutating func keep(values count: Int, of field: FieldDescriptor, at offset: Int) throws(WireFault) {
    try keep(count * (field.kind == .float ? field.size : field.size + 8), at: offset)
  }

  mutating func keep(_ bytes: Int, at offset: Int?) throws(WireFault) {
    kept += bytes
    try check(at: offset)
  }

  private func check(at offset: Int?) throws(WireFault) {
    if kept + open * Self.note > limit { throw WireFault(offset, .tooMuchMemory(limit: limit)) }
  }
}
