/// A file is not a well-formed protocol buffer of the expected type.
public struct WireError: Error, Equatable, CustomStringConvertible {
  /// The file, or another name for where the bytes came from; may be empty.
  public let source: String

  /// The byte at which the offending part starts.
  public let offset: Int

  /// The message type and the field, such as "NetParameter.layer[3].blobs[0].data".
  public let path: String

  /// What is wrong.
  public let reason: Reason

  /// What can be wrong with the bytes.
  public enum Reason: Equatable, Sendable {
    /// A value needs more bytes than its message has left.
    case truncated(needed: Int, left: Int)
    /// An integer does not end within the message, or is too long.
    case malformedVarint
    /// A field number or wire type that does not exist.
    case invalidTag(UInt64)
    /// A group, a form of message that Caffe never used.
    case group
    /// A packed array ends in the middle of an element of this size.
    case partialElement(size: Int)
    /// Messages are nested deeper than the limit.
    case tooDeep(limit: Int)
    /// There are more messages than the limit.
    case tooManyMessages(limit: Int)
    /// There are more bytes than the limit.
    case tooLarge(bytes: Int, limit: Int)
    /// What the message holds takes more memory than one of its size may.
    case tooMuchMemory(limit: Int)
    /// A string is not UTF-8.
    case invalidUTF8
    /// A string holds a NUL character.
    case nulInString
    /// A required field is absent.
    case missingRequired(field: String)
    /// A field has another form than the schema's, and no free number to keep it under.
    case wrongForm
    /// libprotobuf-c refused what was found in order before; out of memory, most likely.
    case refused
  }

  /// File, place and what is wrong there.
  public var description: String {
    let what =
      switch reason {
      case .truncated(let needed, let left): "truncated: \(needed) bytes expected, \(left) left"
      case .malformedVarint: "an integer does not end"
      case .invalidTag(let tag): "no such field number or wire type (tag \(tag))"
      case .group: "groups are not supported"
      case .partialElement(let size): "the array's length is not a multiple of \(size) bytes"
      case .tooDeep(let limit): "messages are nested more than \(limit) deep"
      case .tooManyMessages(let limit): "more than \(limit) messages"
      case .tooLarge(let bytes, let limit): "\(bytes) bytes are more than the limit of \(limit)"
      case .tooMuchMemory(let limit): "it takes more memory than the \(limit) bytes for a file of its size"
      case .invalidUTF8: "the string is not UTF-8"
      case .nulInString: "the string holds a NUL character"
      case .missingRequired(let field): "required field \(field) is missing"
      case .wrongForm: "the value does not have the field's type"
      case .refused: "libprotobuf-c cannot read the message"
      }
    return (source.isEmpty ? "" : "\(source): ") + "byte \(offset): \(path): \(what)"
  }
}

/// How much a binary message may ask for.
public struct WireLimits: Sendable {
  /// Largest number of bytes; 2 GiB is the format's own limit.
  public var bytes = Int(Int32.max)
  /// Deepest nesting of messages.
  public var depth = 100
  /// Largest number of messages in messages: what keeps a small file from filling the memory.
  public var messages = 1 << 18

  /// Most bytes of memory per byte of the message, beside ``spareMemory``.
  public var memoryPerByte = 3
  /// Bytes of memory that any message may take.
  public var spareMemory = 64 << 20

  /// The limits that suit nets.
  public init() {}

  /// The memory that a message of so many bytes may take.
  func memory(for bytes: Int) -> Int { memoryPerByte * bytes + spareMemory }
}

extension WireError.Reason {
  /// Whether the bytes are in order, but ask for too much.
  var isLimit: Bool {
    switch self {
    case .tooDeep, .tooManyMessages, .tooLarge, .tooMuchMemory: true
    default: false
    }
  }
}
