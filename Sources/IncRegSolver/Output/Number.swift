import Base

/// Numbers as C's printf writes them.
enum Number {
  /// With `digits` digits behind the point.
  static func fixed(_ value: Double, digits: Int = 6) -> String { value.fixed(digits) }
}

extension String {
  /// At least `width` wide, filled with spaces on the left.
  func right(_ width: Int) -> String { String(repeating: " ", count: Swift.max(0, width - count)) + self }
}
