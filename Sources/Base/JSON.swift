import FoundationEssentials

/// JSON as this program writes it: UTF-8, with the strings `nan`, `inf` and `-inf` for what is no finite number.
public enum JSON {
  /// A value that is put together by hand: fields stand in the order given, numbers have the form given.
  public struct Value: Sendable {
    /// The value in one line.
    public let text: String

    private init(_ text: String) { self.text = text }

    /// A string.
    public static func string(_ text: String) -> Value {
      var result = "\""
      for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case _ where scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value):
          result += formatted("\\u%04x", scalar.value)
        default: result.unicodeScalars.append(scalar)
        }
      }
      return Value(result + "\"")
    }

    /// True or false.
    public static func boolean(_ value: Bool) -> Value { Value(value ? "true" : "false") }

    /// An integer.
    public static func integer(_ value: Int) -> Value { Value("\(value)") }

    /// A number with all digits of its precision.
    public static func number<F: BinaryFloatingPoint & CustomStringConvertible>(_ value: F) -> Value {
      value.isNaN ? string("nan") : value.isInfinite ? string(value < 0 ? "-inf" : "inf") : Value(value.description)
    }

    /// A finite number with `digits` digits behind the point.
    public static func fixed(_ value: Double, digits: Int) -> Value { Value(value.fixed(digits)) }

    /// An array.
    public static func list(_ values: [Value]) -> Value {
      Value("[" + values.map(\.text).joined(separator: ",") + "]")
    }

    /// An object.
    public static func object(_ fields: [(name: String, value: Value)]) -> Value {
      Value("{" + fields.map { "\(string($0.name).text):\($0.value.text)" }.joined(separator: ",") + "}")
    }
  }

  /// The form of encoded content.
  public enum Form: Sendable {
    /// In one line.
    case compact
    /// For people: indented, without escaped slashes.
    case readable
  }

  /// Encodes content, its fields sorted by name.
  public static func encode(_ content: some Encodable, as form: Form = .compact) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting =
      form == .compact ? .sortedKeys : [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return [UInt8](try encoder.encode(content))
  }

  /// Decodes content that ``encode(_:as:)`` has made.
  ///
  /// - Throws: `DecodingError`
  public static func decode<Content: Decodable>(_ type: Content.Type, from bytes: some Sequence<UInt8>) throws
    -> Content
  {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try decoder.decode(type, from: Data(bytes))
  }
}
