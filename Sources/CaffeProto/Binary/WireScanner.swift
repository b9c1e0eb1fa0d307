import CProtobufC

/// Checks a message in wire format before libprotobuf-c sees it, which reports neither place nor cause and bounds
/// neither depth nor memory; and moves what the schema cannot hold.
///
/// libprotobuf-c gives up on a field of another type than the schema's, where protobuf proper keeps it as an unknown
/// field. Such fields occur, since the forks of Caffe used the same numbers for different things. The scanner has
/// them renumbered: field n becomes field 1000 + n if the schema has one of the right form (that is how caffe.proto
/// holds a fork's second meaning of n), else a number the schema does not use, and gets n back after unpacking.
struct WireScanner {
  let bytes: UnsafeRawBufferPointer
  let limits: WireLimits

  /// Tags to overwrite before unpacking, each as long as the one it replaces.
  private(set) var patches: [(tag: WireRecord, number: UInt32)] = []

  /// Numbers that hide a field, and the field's own.
  private(set) var hidden: Renumbering = [:]

  /// Where the values of large blobs stand, in the file's order.
  private(set) var largeValues: [Range<Int>] = []

  /// Whether every blob has its values in one piece.
  private(set) var hasWholeBlobs = true

  /// Whether a sub-message that is not repeated stands in several records, which are to be merged.
  private(set) var hasSplitMessages = false

  /// Unknown fields, and where they were seen.
  private var unknown: [FieldNumber: Int] = [:]
  /// The numbers that hidden fields got.
  private var covers: [Hidden: UInt32] = [:]
  /// What is new in the two above, in order, so that a trial can take it back.
  private var newUnknown: [FieldNumber] = []
  private var newCovers: [Hidden] = []
  private var messages = 0
  private var memory: WireMemory

  /// `BlobProto.data`
  private static let blobData: UInt32 = 5

  init(_ bytes: UnsafeRawBufferPointer, _ limits: WireLimits) {
    (self.bytes, self.limits) = (bytes, limits)
    memory = WireMemory(limit: limits.memory(for: bytes.count))
  }

  mutating func scan(as type: MessageDescriptor) throws(WireFault) {
    if bytes.count > limits.bytes {
      throw WireFault(nil, .tooLarge(bytes: bytes.count, limit: limits.bytes))
    }
    try scan(0..<bytes.count, as: type, of: nil, depth: 1)
    for (field, original) in hidden {
      // The file uses the number that was to hide another field; the two could not be told apart afterwards.
      if original != field.number, let offset = unknown[field] { throw WireFault(offset, .wrongForm) }
    }
  }

  private mutating func scan(
    _ range: Range<Int>, as type: MessageDescriptor, of record: WireRecord?, depth: Int
  ) throws(WireFault) {
    messages += 1
    if depth > limits.depth { throw WireFault(record?.start, .tooDeep(limit: limits.depth)) }
    if messages > limits.messages { throw WireFault(record?.start, .tooManyMessages(limit: limits.messages)) }
    try memory.keep(message: type, at: record?.start)
    let outer = memory.enter()
    defer { memory.leave(to: outer) }
    var missing = type.fields.filter(\.isRequired)
    var offset = range.lowerBound
    var pieces = 0
    var single: [UInt32] = []
    let isBlob = type == BlobProto.descriptor
    while offset < range.upperBound {
      let record = try WireRecord(bytes, at: offset, end: range.upperBound)
      offset = record.end
      if isBlob, record.number == Self.blobData {
        pieces += 1
        if record.form == .lengthPrefixed, record.value.count >= LargeBlobs.size { largeValues.append(record.value) }
      }
      missing.removeAll { $0.number == record.number }
      try memory.pass(record)
      if hasNoName(record, in: type) {
        // An unknown field to protobuf proper, behind which a value before it stays; libprotobuf-c would overwrite that.
        try hide(record, in: type)
        continue
      }
      // Several records only count for the field that they are taken for: other forms are other fields.
      if let field = try place(record, in: type, depth), field.kind == .message, !field.isRepeated {
        if single.contains(field.number) { hasSplitMessages = true } else { single.append(field.number) }
      }
    }
    if pieces > 1 { hasWholeBlobs = false }
    if let field = missing.first { throw WireFault(record?.start, .missingRequired(field: field.name)) }
  }

  /// Whether a record gives an enum field a number to which the schema gives no name.
  private func hasNoName(_ record: WireRecord, in type: MessageDescriptor) -> Bool {
    guard record.form == .varint, let field = type.field(number: record.number), field.kind == .enum, !field.isRepeated,
      record.number < 16 || type.field(number: record.number + 1000) == nil,
      let (number, _) = bytes.varint(at: record.value.lowerBound)
    else { return false }
    return field.enumName(of: Int32(truncatingIfNeeded: number)) == nil
  }

  /// Finds the field that a record belongs to and checks it; nil where it is kept as an unknown one.
  private mutating func place(_ record: WireRecord, in type: MessageDescriptor, _ depth: Int)
    throws(WireFault) -> FieldDescriptor?
  {
    guard let field = type.field(number: record.number) else {
      let key = FieldNumber(type, record.number)
      if unknown.updateValue(record.start, forKey: key) == nil { newUnknown.append(key) }
      try memory.keep(unknown: record)
      return nil
    }
    guard record.number >= 16, let second = type.field(number: record.number + 1000) else {
      guard record.fits(field) else {
        try hide(record, in: type)
        return nil
      }
      try check(record, field, depth)
      return field
    }
    for meaning in [field, second] where record.fits(meaning) {
      guard try fits(record, meaning, depth) else { continue }
      if meaning.number != record.number { try patch(record, to: meaning.number) }
      return meaning
    }
    try hide(record, in: type)
    return nil
  }

  /// Checks a record as one of two fields that it may be; what has been noted meanwhile is forgotten if it is not that
  /// one.
  private mutating func fits(_ record: WireRecord, _ field: FieldDescriptor, _ depth: Int) throws(WireFault) -> Bool {
    let (patched, known, covered) = (patches.count, newUnknown.count, newCovers.count)
    let (large, count, whole, split, before) = (largeValues.count, messages, hasWholeBlobs, hasSplitMessages, memory)
    do {
      try check(record, field, depth)
      if patches.count == patched { return true }
    } catch {
      // Too much memory or too many messages are an error with either meaning of the field.
      if error.reason.isLimit { throw error }
    }
    patches.removeLast(patches.count - patched)
    for key in newUnknown[known...] { unknown[key] = nil }
    newUnknown.removeLast(newUnknown.count - known)
    for key in newCovers[covered...] {
      if let number = covers.removeValue(forKey: key) { hidden[FieldNumber(key.field.type, number)] = nil }
    }
    newCovers.removeLast(newCovers.count - covered)
    largeValues.removeLast(largeValues.count - large)
    (messages, hasWholeBlobs, hasSplitMessages, memory) = (count, whole, split, before)
    return false
  }

  private mutating func check(_ record: WireRecord, _ field: FieldDescriptor, _ depth: Int) throws(WireFault) {
    switch field.kind {
    case .message: try scan(record.value, as: field.messageType, of: record, depth: depth + 1)
    case .string:
      try memory.keep(text: record)
      let text = UnsafeRawBufferPointer(rebasing: bytes[record.value])
      if text.contains(0) { throw WireFault(record.start, .nulInString) }
      if String(validating: text, as: UTF8.self) == nil { throw WireFault(record.start, .invalidUTF8) }
    case .bytes: try memory.keep(text: record)
    default:
      if record.form == .lengthPrefixed {
        try checkPacked(record, field)
      } else if field.isRepeated {
        try memory.keep(values: 1, of: field, at: record.start)
      }
    }
  }

  private mutating func checkPacked(_ record: WireRecord, _ field: FieldDescriptor) throws(WireFault) {
    if let size = field.fixedSize {
      if record.value.count % size != 0 { throw WireFault(record.start, .partialElement(size: size)) }
      return try memory.keep(values: record.value.count / size, of: field, at: record.start)
    }
    let values = UnsafeRawBufferPointer(rebasing: bytes[record.value])
    var (offset, count) = (0, 0)
    while offset < values.count {
      guard let (_, length) = values.varint(at: offset) else {
        throw WireFault(record.start, .malformedVarint)
      }
      offset += length
      count += 1
    }
    try memory.keep(values: count, of: field, at: record.start)
  }

  /// Gives a record a number that the schema does not have, so that it is kept as an unknown field.
  private mutating func hide(_ record: WireRecord, in type: MessageDescriptor) throws(WireFault) {
    let key = Hidden(field: FieldNumber(type, record.number), isShort: record.tagLength == 1)
    try memory.keep(unknown: record)
    if let cover = covers[key] { return try patch(record, to: cover) }
    let candidates = key.isShort ? UInt32(1)...15 : UInt32(16)...2047
    for number in candidates.reversed() where type.field(number: number) == nil {
      guard hidden[FieldNumber(type, number)] == nil else { continue }
      hidden[FieldNumber(type, number)] = record.number
      covers[key] = number
      newCovers.append(key)
      return try patch(record, to: number)
    }
    throw WireFault(record.start, .wrongForm)
  }

  private mutating func patch(_ record: WireRecord, to number: UInt32) throws(WireFault) {
    try memory.keep(MemoryLayout<(WireRecord, UInt32)>.stride, at: record.start)
    patches.append((record, number))
  }

  /// A field that gets another number: one for tags of one byte, one for longer tags.
  private struct Hidden: Hashable {
    let field: FieldNumber
    let isShort: Bool
  }
}
