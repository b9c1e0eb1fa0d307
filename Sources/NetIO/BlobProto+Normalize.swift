import CaffeProto

extension BlobProto {
  /// Brings what was read to the form the program works with: values in single precision, as many as the shape says.
  ///
  /// - Returns: what is wrong where the two disagree.
  mutating func normalize() -> FormatError.Problem? {
    for value in [doubleData, doubleDiff].joined() where Float.isTooSmall(for: value) { return .tooLarge(value) }
    if !doubleData.isEmpty { data = Floats(doubleData.map(Float.init)) }
    if !doubleDiff.isEmpty { diff = Floats(doubleDiff.map(Float.init)) }
    if let problem = readRawData() ?? expand() { return problem }
    doubleData = []
    doubleDiff = []
    if isAbsent, diff.isEmpty { return nil }
    let wanted = elementCount(extents)
    for (name, values) in [("values", data), ("gradients", diff)] where name == "values" || !values.isEmpty {
      guard values.count == wanted else {
        return .corrupt("\(values.count) \(name) do not fill the shape \(extents)")
      }
    }
    return nil
  }
}

extension Float {
  /// Whether a number becomes infinite in single precision.
  static func isTooSmall(for value: Double) -> Bool { value.isFinite && Float(value).isInfinite }
}

extension FormatError.Problem {
  /// A number that becomes infinite in single precision.
  static func tooLarge(_ value: Double) -> Self {
    .corrupt("\(value) is beyond the largest 32-bit float, \(Float.greatestFiniteMagnitude)")
  }
}
