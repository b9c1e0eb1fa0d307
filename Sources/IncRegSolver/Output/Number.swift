import Glibc

/// Numbers as C's printf writes them.
enum Number {
  /// With `digits` digits behind the point, at least `width` wide.
  static func fixed(_ value: Double, digits: Int32 = 6) -> String {
    withVaList([digits, value]) { format("%.*f", $0) }
  }

  private static func format(_ format: String, _ arguments: CVaListPointer) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 400) { buffer in
      guard let start = buffer.baseAddress else { return "" }
      let length = Int(vsnprintf(start, buffer.count, format, arguments))
      let bytes = UnsafeRawBufferPointer(start: start, count: max(0, min(length, buffer.count - 1)))
      return String(decoding: bytes, as: UTF8.self)
    }
  }
}

extension String {
  /// At least `width` wide, filled with spaces on the left.
  func right(_ width: Int) -> String { String(repeating: " ", count: Swift.max(0, width - count)) + self }
}
