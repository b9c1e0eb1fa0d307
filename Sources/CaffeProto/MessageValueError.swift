/// A message holds a value that its file format cannot hold.
public struct MessageValueError: Error, Equatable, CustomStringConvertible {
  /// The outermost message type.
  public internal(set) var type: String

  /// The field, from the outermost message, such as "layer[2].convolution_param.num_output".
  public internal(set) var path: String

  /// What is wrong.
  public let reason: Reason

  /// What can be wrong with a value.
  public enum Reason: Equatable, Sendable {
    /// An integer does not fit the schema's type.
    case outOfRange(Int, type: String)
    /// A string holds a NUL character, at which C programs end it.
    case nulInString
    /// A required field is not set.
    case missing
    /// `unknownFields` does not start with a tag.
    case notWireFormat
    /// The message takes this many bytes; the format ends at 2 GiB.
    case tooLarge(Int)
  }

  /// The field and what is wrong with it.
  public var description: String {
    let what =
      switch reason {
      case .outOfRange(let value, let type): "\(value) is out of the range of \(type)"
      case .nulInString: "the string holds a NUL character"
      case .missing: "the field is required and not set"
      case .notWireFormat: "the bytes are not in wire format"
      case .tooLarge(let bytes): "\(bytes) bytes are more than a protocol buffer can hold (2 GiB)"
      }
    return path.isEmpty ? "\(type): \(what)" : "\(type).\(path): \(what)"
  }

  /// The same error, seen from the message around.
  func inside(_ outer: MessageDescriptor, _ field: FieldDescriptor, _ index: Int?) -> MessageValueError {
    var error = self
    error.type = outer.name
    error.path = field.name + (index.map { "[\($0)]" } ?? "") + "." + path
    return error
  }
}
