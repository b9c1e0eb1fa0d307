import CNetIO

/// Decodes JPEG and PNG to the bytes that Caffe gets from OpenCV.
public struct ImageDecoder: Sendable {
  /// What becomes of the colours.
  public enum Color: Sendable {
    /// Kept: one channel, three, or four with alpha.
    case native
    /// One channel (`force_gray`).
    case gray
    /// Three channels (`force_color`).
    case color
  }

  /// What becomes of the colours.
  public var color: Color
  /// The largest number of values, channels x height x width, that is decoded.
  public var limit: Int

  /// A decoder; the default limit is 268 million values, an image of 9459 x 9459 in colour.
  public init(color: Color = .native, limit: Int = ImageSize.limit) { (self.color, self.limit) = (color, limit) }

  /// Decodes an image, with label 0.
  func decode(_ file: RawSpan) throws(ImageProblem) -> DatumImage {
    let color =
      switch color {
      case .native: NETIO_IMAGE_NATIVE
      case .gray: NETIO_IMAGE_GRAY
      case .color: NETIO_IMAGE_COLOR
      }
    var image = netio_image()
    let inspected = file.withUnsafeBytes {
      netio_image_inspect($0.bindMemory(to: UInt8.self).baseAddress, $0.count, color, &image)
    }
    let shape = [Int(image.channels), Int(image.height), Int(image.width)]
    guard inspected == 0, let count = elementCount(shape), count > 0 else { throw ImageProblem(image) }
    if count > limit { throw ImageProblem(.overLimit(what: "number of values", value: count, limit: limit)) }
    var result: Int32 = 0
    let planes = [UInt8](unsafeUninitializedCapacity: count) { planes, filled in
      result = file.withUnsafeBytes {
        netio_image_decode(
          $0.bindMemory(to: UInt8.self).baseAddress, $0.count, color, &image, planes.baseAddress)
      }
      filled = result == 0 ? count : 0
    }
    if result != 0 { throw ImageProblem(image) }
    return DatumImage(channels: shape[0], height: shape[1], width: shape[2], label: 0, values: .bytes(planes))
  }
}

/// Why an image cannot be decoded; who knows the file makes an error of it.
struct ImageProblem: Error {
  let problem: FormatError.Problem

  init(_ problem: FormatError.Problem) { self.problem = problem }

  init(_ image: netio_image) {
    let text = withUnsafeBytes(of: image.text) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    problem = .corrupt(text.isEmpty ? "an image without pixels" : text)
  }
}
