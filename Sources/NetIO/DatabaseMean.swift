import CaffeProto

/// The mean of all images of a database, as Caffe's compute_image_mean computes it. Encoded images are decoded.
///
/// - Parameters:
///   - path: the database
///   - kind: which database
///   - progress: gets the number of images after each, and of all if that is known
/// - Returns: 1 x channels x height x width in the legacy shape, ready for `MeanFile.write`.
/// - Throws: `FileSystemError`, or `FormatError` naming the record, as for images of different sizes.
public func meanImage(
  of path: String, kind: DatabaseKind, progress: (Int, Int?) -> Void = { _, _ in }
) throws -> BlobProto {
  let reader = try kind.open(path)
  let decoder = DatumDecoder()
  let first = try decoder.decode(reader)
  let shape = [first.channels, first.height, first.width]
  // Caffe adds in single precision, which is exact up to 2^24 and no further; doubles stay exact.
  var sums = [Double](repeating: 0, count: shape.reduce(1, *))
  var count = 0
  repeat {
    let image = try decoder.decode(reader)
    guard [image.channels, image.height, image.width] == shape else {
      throw FormatError(
        path: path, kind: .datum, place: "record '\(reader.key)'",
        .corrupt("its image is \(image.channels) x \(image.height) x \(image.width), the first \(shape)"))
    }
    switch image.values {
    case .bytes(let values): for index in sums.indices { sums[index] += Double(values[index]) }
    case .floats(let values): for index in sums.indices { sums[index] += Double(values[index]) }
    }
    count += 1
    progress(count, reader.knownCount)
  } while try reader.advance()
  var mean = BlobProto()
  (mean.num, mean.channels, mean.height, mean.width) = (1, shape[0], shape[1], shape[2])
  mean.data = Floats(sums.map { Float($0) / Float(count) })
  return mean
}
