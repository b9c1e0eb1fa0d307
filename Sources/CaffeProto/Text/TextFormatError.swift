/// A text file (.prototxt) cannot be read.
public struct TextFormatError: Error, Equatable, CustomStringConvertible {
  /// The file, or another name for where the text came from.
  public let file: String
  /// The line, from 1.
  public let line: Int
  /// The character in the line, from 1; a tab is one character.
  public let column: Int
  /// The message the place is in, such as "NetParameter.layer[2].convolution_param".
  public let path: String
  /// What is wrong there.
  public let reason: Reason

  /// What can be wrong in a text.
  public enum Reason: Equatable, Sendable {
    /// The message type has no such field.
    case unknownField(String, type: String, suggestion: String?)
    /// The enum has no such value, by name or by number.
    case unknownValue(String, field: String, known: [String])
    /// A field that is not repeated is given twice.
    case givenTwice(field: String)
    /// A required field is absent from the message that ends here.
    case missingRequired(field: String)
    /// Something else should stand here.
    case expected(String, found: String)
    /// A number does not fit the field's type.
    case outOfRange(String, field: String, type: String)
    /// A number that is none, such as 1.2.3 or 089.
    case malformedNumber(String)
    /// A string does not end on its line.
    case unterminatedString
    /// A backslash in a string is followed by something without meaning.
    case badEscape(String)
    /// A string is not UTF-8.
    case invalidUTF8(field: String)
    /// A string holds a NUL character.
    case nulInString(field: String)
    /// The name of an extension or of an Any message in brackets, which Caffe's files do not have.
    case extensionName(String)
    /// Messages are nested deeper than the limit.
    case tooDeep(limit: Int)
    /// There are more messages than the limit.
    case tooManyMessages(limit: Int)
    /// The text is longer than the limit.
    case tooLarge(bytes: Int, limit: Int)
    /// What the message holds takes more memory than a text of its size may.
    case tooMuchMemory(limit: Int)
  }

  /// File, line, column and what is wrong there.
  public var description: String { "\(file):\(line):\(column): \(reason) (in \(path))" }
}

extension TextFormatError.Reason: CustomStringConvertible {
  /// What is wrong, naming the field.
  public var description: String {
    switch self {
    case .unknownField(let name, let type, let suggestion):
      "\(type) has no field \"\(name)\"" + (suggestion.map { "; did you mean \"\($0)\"?" } ?? "")
    case .unknownValue(let value, let field, let known):
      "\(field) cannot be \(value); it is one of \(known.joined(separator: ", "))"
    case .givenTwice(let field): "\(field) is given twice"
    case .missingRequired(let field): "required field \(field) is missing"
    case .expected(let what, let found): "expected \(what), found \(found)"
    case .outOfRange(let value, let field, let type): "\(field): \(value) is out of the range of \(type)"
    case .malformedNumber(let text): "malformed number \(text)"
    case .unterminatedString: "the string does not end on its line"
    case .badEscape(let text): "\(text) is not an escape sequence"
    case .invalidUTF8(let field): "\(field): the string is not UTF-8"
    case .nulInString(let field): "\(field): the string holds a NUL character"
    case .extensionName(let name): "extensions are not supported: [\(name)]"
    case .tooDeep(let limit): "messages are nested more than \(limit) deep"
    case .tooManyMessages(let limit): "more than \(limit) messages"
    case .tooLarge(let bytes, let limit): "\(bytes) bytes are more than the limit of \(limit)"
    case .tooMuchMemory(let limit): "the message takes more memory than the \(limit) bytes for a text of its size"
    }
  }
}
