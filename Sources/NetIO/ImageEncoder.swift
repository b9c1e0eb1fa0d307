import CNetIO
import Glibc

/// The formats that images can be encoded in.
enum ImageFormat: String {
  case png
  case jpg

  /// The format called `name`.
  ///
  /// - Throws: `FormatError` naming `file` for any other.
  init(_ name: String, for file: String) throws {
    guard let format = ImageFormat(rawValue: name == "jpeg" ? "jpg" : name) else {
      throw FormatError(path: file, kind: .image, .unsupported("encoding as '\(name)' (png and jpg are)"))
    }
    self = format
  }

  /// An image of bytes, of one channel or three, as a file: PNG, or JPEG of OpenCV's quality (95, half the colour
  /// resolution).
  ///
  /// - Throws: `FormatError` naming `file`.
  func encode(_ image: DatumImage, for file: String) throws -> [UInt8] {
    guard case .bytes(let planes) = image.values, image.channels == 1 || image.channels == 3,
      planes.count == image.channels * image.height * image.width,
      let height = Int32(exactly: image.height), let width = Int32(exactly: image.width)
    else { throw FormatError(path: file, kind: .image, .unsupported("encoding \(image.channels) channels")) }
    var header = netio_image()
    (header.channels, header.height, header.width) = (Int32(image.channels), height, width)
    var bytes: UnsafeMutablePointer<UInt8>?
    var size = 0
    let encode = self == .png ? netio_image_encode_png : netio_image_encode_jpeg
    let result = planes.withUnsafeBufferPointer { encode($0.baseAddress, &header, &bytes, &size) }
    defer { free(bytes) }
    guard result == 0 else { throw FormatError(path: file, kind: .image, ImageProblem(header).problem) }
    return Array(UnsafeBufferPointer(start: bytes, count: size))
  }
}
