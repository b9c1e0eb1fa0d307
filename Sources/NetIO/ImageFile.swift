extension ImageDecoder {
  /// Reads and decodes an image file; its label is 0.
  ///
  /// - Throws: `FileSystemError` or `FormatError`
  public func read(_ path: String) throws -> DatumImage {
    let bytes = try wholeFile(path)
    do {
      return try decode(bytes.span.bytes)
    } catch {
      throw FormatError(path: path, kind: .image, error.problem)
    }
  }
}

extension DatumImage {
  /// The image at another size, interpolated bit for bit as OpenCV does for bytes (`cv::resize`, INTER_LINEAR, which
  /// Caffe uses).
  ///
  /// - Returns: nil for images of floats, which OpenCV's rule for bytes does not define, for sizes below 1, and for more
  ///   values than an ``ImageDecoder`` gives
  public func resized(height: Int, width: Int) -> DatumImage? {
    guard case .bytes(let source) = values, height > 0, width > 0, channels > 0,
      [[channels, height, width], [self.height, width]].allSatisfy(ImageSize.isAllowed)
    else { return nil }
    if (height, width) == (self.height, self.width) { return self }
    let columns = (0..<width).map { LinearStep($0, from: self.width, to: width, stopsAtEdges: true) }
    let rows = (0..<height).map { LinearStep($0, from: self.height, to: height, stopsAtEdges: false) }
    var target = [UInt8](repeating: 0, count: channels * height * width)
    // Every source row, stretched to the new width, in 1/2048.
    var stretched = [Int32](repeating: 0, count: self.height * width)
    for channel in 0..<channels {
      for y in 0..<self.height {
        let start = (channel * self.height + y) * self.width
        for (x, step) in columns.enumerated() {
          stretched[y * width + x] =
            Int32(source[start + step.first]) * step.firstWeight + Int32(source[start + step.second])
            * step.secondWeight
        }
      }
      for (y, step) in rows.enumerated() {
        let start = (channel * height + y) * width
        for x in 0..<width {
          let above = (step.firstWeight * (stretched[step.first * width + x] >> 4)) >> 16
          let below = (step.secondWeight * (stretched[step.second * width + x] >> 4)) >> 16
          target[start + x] = UInt8(clamping: (above + below + 2) >> 2)
        }
      }
    }
    return DatumImage(channels: channels, height: height, width: width, label: label, values: .bytes(target))
  }
}

/// What images may have.
public enum ImageSize {
  /// The most values, channels x height x width: those of an image of 9459 x 9459 pixels in colour.
  public static let limit = 1 << 28

  /// Whether so many values are allowed, of extents that may be anything.
  public static func isAllowed(_ extents: [Int]) -> Bool { elementCount(extents).map { $0 <= limit } ?? false }
}

/// The two source positions of a target position, and their weights in 1/2048.
private struct LinearStep {
  let first: Int
  let second: Int
  let firstWeight: Int32
  let secondWeight: Int32

  /// - Parameter stopsAtEdges: whether positions outside take the edge's value with full weight. OpenCV does this for
  ///   columns only; for rows both weights go to the edge, which rounds differently.
  init(_ target: Int, from source: Int, to extent: Int, stopsAtEdges: Bool) {
    // OpenCV divides twice and narrows to float here: the last bits decide about rounding.
    let scale = 1 / (Double(extent) / Double(source))
    var fraction = Float((Double(target) + 0.5) * scale - 0.5)
    var whole = Int(fraction.rounded(.down))
    fraction -= Float(whole)
    if stopsAtEdges {
      if whole < 0 { (whole, fraction) = (0, 0) }
      if whole >= source - 1 { (whole, fraction) = (source - 1, 0) }
    }
    first = min(max(whole, 0), source - 1)
    second = min(max(whole + 1, 0), source - 1)
    firstWeight = Int32(((1 - fraction) * 2048).rounded(.toNearestOrEven))
    secondWeight = Int32((fraction * 2048).rounded(.toNearestOrEven))
  }
}
