import CaffeProto

extension BlobProto {
  /// Brings what was read to the form the program works with: values in single precision, as many as the shape says.
  ///
  /// - Returns: what is wrong where the two disagree.
  mutating func normalize() -> FormatError.Problem? {
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
