import Base
import Glibc

/// Numbers as the text format writes them.
enum TextNumber {
  /// A decimal, octal (0...) or hexadecimal (0x...) integer, with a minus sign or without.
  static func integer(_ literal: String) -> Int? {
    let isNegative = literal.hasPrefix("-")
    let digits = isNegative ? literal.dropFirst() : literal[...]
    let sign = isNegative ? "-" : ""
    if digits.hasPrefix("0x") || digits.hasPrefix("0X") { return Int(sign + digits.dropFirst(2), radix: 16) }
    return Int(sign + digits, radix: digits.hasPrefix("0") ? 8 : 10)
  }

  /// inf, infinity or nan, in any case.
  static func nonFinite(_ name: String) -> Double? {
    switch name.lowercased() {
    case "inf", "infinity": .infinity
    case "nan": .nan
    default: nil
    }
  }

  /// A decimal number, with a point, an exponent and an f, or without; nil for other integers.
  static func decimal(_ literal: String) -> Double? {
    if literal.hasPrefix("0"), literal.count > 1, literal.utf8.allSatisfy({ $0 != 0x2e && $0 | 0x20 != 0x65 }) {
      // 010 and 0x10 are octal and hexadecimal, which protobuf does not take for a float. 0f is decimal.
      if literal.lowercased() != "0f" { return nil }
    }
    return strtod(literal, nil)
  }

  /// The shortest of the two forms protobuf prints that reads back as the same value.
  static func text(_ value: Float) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    let short = formatted("%.6g", Double(value))
    // protobuf takes the long form for every subnormal, because strtof reports those as out of range.
    return strtof(short, nil) == value && !value.isSubnormal ? short : formatted("%.9g", Double(value))
  }

  /// The shortest of the two forms protobuf prints that reads back as the same value.
  static func text(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    let short = formatted("%.15g", value)
    return strtod(short, nil) == value ? short : formatted("%.17g", value)
  }
}
