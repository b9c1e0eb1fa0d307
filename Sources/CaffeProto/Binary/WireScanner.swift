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

  private var unknown: [FieldNumber: Int] = [:]  // and where it was seen
  private var messages = 0

  /// `BlobProto.data`
  private static let blobData: UInt32 = 5

  init(_ bytes: UnsafeRawBufferPointer, _ limits: WireLimits) { (self.bytes, self.limits) = (bytes, limits) }

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
      if let field = type.field(number: record.number), field.kind == .message, !field.isRepeated {
        if single.contains(record.number) { hasSplitMessages = true } else { single.append(record.number) }
      }
      try place(record, in: type, depth)
    }
    if pieces > 1 { hasWholeBlobs = false }
    if let field = missing.first { throw WireFault(record?.start, .missingRequired(field: field.name)) }
  }

  /// Finds the field that a record belongs to and checks it.
  private mutating func place(_ record: WireRecord, in type: MessageDescriptor, _ depth: Int)
    throws(WireFault)
  {
    guard let field = type.field(number: record.number) else {
      unknown[FieldNumber(type, record.number)] = record.start
      return
    }
    guard record.number >= 16, let second = type.field(number: record.number + 1000) else {
      if record.fits(field) { try check(record, field, depth) } else { try hide(record, in: type) }
      return
    }
    for meaning in [field, second] where record.fits(meaning) {
      var trial = self
      guard (try? trial.check(record, meaning, depth)) != nil, trial.patches.count == patches.count else {
        continue
      }
      self = trial
      if meaning.number != record.number { patches.append((record, meaning.number)) }
      return
    }
    try hide(record, in: type)
  }

  private mutating func check(_ record: WireRecord, _ field: FieldDescriptor, _ depth: Int) throws(WireFault) {
    switch field.kind {
    case .message: try scan(record.value, as: field.messageType, of: record, depth: depth + 1)
    case .string:
      let text = UnsafeRawBufferPointer(rebasing: bytes[record.value])
      if text.contains(0) { throw WireFault(record.start, .nulInString) }
      if String(validating: text, as: UTF8.self) == nil { throw WireFault(record.start, .invalidUTF8) }
    case .bytes: break
    default: if record.form == .lengthPrefixed { try checkPacked(record, field) }
    }
  }

  private func checkPacked(_ record: WireRecord, _ field: FieldDescriptor) throws(WireFault) {
    if let size = field.fixedSize {
      if record.value.count % size != 0 { throw WireFault(record.start, .partialElement(size: size)) }
      return
    }
    let values = UnsafeRawBufferPointer(rebasing: bytes[record.value])
    var offset = 0
    while offset < values.count {
      guard let (_, length) = values.varint(at: offset) else {
        throw WireFault(record.start, .malformedVarint)
      }
      offset += length
    }
  }

  /// Gives a record a number that the schema does not have, so that it is kept as an unknown field.
  private mutating func hide(_ record: WireRecord, in type: MessageDescriptor) throws(WireFault) {
    let candidates = record.tagLength == 1 ? UInt32(1)...15 : UInt32(16)...2047
    for number in candidates.reversed() where type.field(number: number) == nil {
      let key = FieldNumber(type, number)
      guard hidden[key, default: record.number] == record.number else { continue }
      hidden[key] = record.number
      patches.append((record, number))
      return
    }
    throw WireFault(record.start, .wrongForm)
  }
}
