import CaffeProto

/// Writes random pairs of MNIST's images as a database of raw `Datum` records of two channels, as many as there are
/// images, under eight-digit keys. The label is 1 where both show the same digit, else 0 (Caffe:
/// examples/siamese/convert_mnist_siamese_data.cpp).
///
/// - Parameters:
///   - images: an IDX file of count x rows x columns, plain or gzipped
///   - labels: an IDX file of count labels, plain or gzipped
///   - path: the folder to make, which must not exist
///   - kind: what it becomes; Caffe's tool makes LevelDB
///   - random: draws a number below its argument
///   - progress: gets the number of records after each, and of all
/// - Returns: the number of records.
/// - Throws: `FileSystemError` or `FormatError`; nothing is left at `path` then.
@discardableResult
public func convertMNISTPairs(
  images: String, labels: String, to path: String, kind: DatabaseKind,
  random: (Int) -> Int = { Int.random(in: 0..<$0) }, progress: (Int, Int) -> Void = { _, _ in }
) throws -> Int {
  let (imageFile, labelFile) = try labelledImages(images, labels)
  var digits: [(pixels: [UInt8], label: UInt8)] = []
  while let pixels = try imageFile.next(), let label = try labelFile.next()?.first { digits.append((pixels, label)) }
  try kind.write(to: path) { writer in
    var datum = Datum()
    (datum.channels, datum.height, datum.width) = (2, imageFile.itemShape[0], imageFile.itemShape[1])
    for item in digits.indices {
      let (first, second) = (digits[random(digits.count)], digits[random(digits.count)])
      (datum.data, datum.label) = (first.pixels + second.pixels, first.label == second.label ? 1 : 0)
      try writer.put(key: databaseKey(item), value: datum.serialized())
      progress(item + 1, digits.count)
    }
  }
  return digits.count
}
