import Glibc

/// `format` with its arguments filled in, as C's printf does. It is cut off after 399 bytes, which hold any number.
package func formatted(_ format: String, _ arguments: any CVarArg...) -> String {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: 400) { buffer in
    let length = withVaList(arguments) { Int(vsnprintf(buffer.baseAddress, buffer.count, format, $0)) }
    return String(decoding: UnsafeRawBufferPointer(buffer).prefix(max(0, min(length, buffer.count - 1))), as: UTF8.self)
  }
}

extension Float {
  /// The number as C++ streams print it, with six significant digits: Caffe's form in logs.
  public var logged: String { formatted("%g", Double(self)) }
}

extension Double {
  /// The number as C++ streams print it, with six significant digits: Caffe's form in logs.
  public var logged: String { formatted("%g", self) }

  /// The number with `digits` digits behind the point.
  package func fixed(_ digits: Int = 6) -> String { formatted("%.*f", Int32(digits), self) }
}
