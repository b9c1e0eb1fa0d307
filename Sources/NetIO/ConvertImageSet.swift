import CaffeProto

/// Makes a database of image files, as Caffe's convert_imageset does.
public struct ImageSetConversion: Sendable {
  /// One channel instead of three.
  public var gray = false
  /// The size that images are brought to, in pixels; 0 in either keeps each image's own.
  public var resizeHeight = 0
  /// See ``resizeHeight``.
  public var resizeWidth = 0
  /// Whether images of different sizes end the conversion.
  public var checkSize = false
  /// Whether records hold image files instead of pixels.
  public var encoded = false
  /// The format of these files, "png" or "jpg"; empty takes each file's own, by the ending of its name. A file that has
  /// the format and is not resized is stored as it is, in its own colours even where ``gray`` is set, as with Caffe.
  public var encodeType = ""

  /// Pixels in colour.
  public init() {}

  /// Converts images. Those that cannot be are left out, and `failed` is told.
  ///
  /// - Parameters:
  ///   - images: the files; their places are the numbers in the records' keys
  ///   - root: comes before every path, as it is
  ///   - path: the folder to make, which must not exist
  ///   - kind: what it becomes
  ///   - progress: gets the number of records after each
  ///   - failed: gets why an image is left out; the error names the file
  /// - Returns: the number of records.
  /// - Throws: `FileSystemError` or `WriteError` for the database, `FormatError` for a wrong size; nothing is left at
  ///   `path` then.
  public func convert(
    _ images: [ListedImage], root: String, to path: String, kind: DatabaseKind, progress: (Int) -> Void = { _ in },
    failed: (any Error) -> Void
  ) throws -> Int {
    try kind.write(to: path) { writer in
      var first: [Int]?
      var count = 0
      for (number, entry) in images.enumerated() {
        let file = root + entry.path
        let image: DatumImage
        var datum: Datum
        do {
          (image, datum) = try read(file)
        } catch {
          failed(error)
          continue
        }
        let size = [image.height, image.width]
        if checkSize, let first, size != first {
          throw FormatError(
            path: file, kind: .image, .unsupported("\(size[0]) x \(size[1]) pixels after \(first[0]) x \(first[1])"))
        }
        first = first ?? size
        datum.label = entry.label
        try writer.put(key: databaseKey(number, name: entry.path), value: datum.serialized())
        count += 1
        progress(count)
      }
      return count
    }
  }

  /// An image and its record, still without a label.
  private func read(_ file: String) throws -> (DatumImage, Datum) {
    let bytes = try wholeFile(file)
    var image: DatumImage
    do {
      image = try ImageDecoder(color: gray ? .gray : .color).decode(bytes.span.bytes)
    } catch {
      throw FormatError(path: file, kind: .image, error.problem)
    }
    if resizeHeight > 0, resizeWidth > 0 {
      guard let resized = image.resized(height: resizeHeight, width: resizeWidth) else {
        let what = "a size of \(resizeHeight) x \(resizeWidth) pixels"
        throw FormatError(path: file, kind: .image, .unsupported(what))
      }
      image = resized
    }
    guard case .bytes(let pixels) = image.values else {
      throw FormatError(path: file, kind: .image, .unsupported("floats"))
    }
    var datum = Datum()
    guard encoded || !encodeType.isEmpty else {
      (datum.channels, datum.height, datum.width, datum.data) = (image.channels, image.height, image.width, pixels)
      datum.encoded = false
      return (image, datum)
    }
    let ending = file.lastIndex(of: ".").map { file[file.index(after: $0)...].lowercased() } ?? ""
    let format = try ImageFormat(encodeType.isEmpty ? ending : encodeType.lowercased(), for: file)
    datum.encoded = true
    let isKept =
      resizeHeight <= 0 && resizeWidth <= 0 && ImageFormat(rawValue: ending == "jpeg" ? "jpg" : ending) == format
    datum.data = isKept ? bytes : try format.encode(image, for: file)
    return (image, datum)
  }
}
