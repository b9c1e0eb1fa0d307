import CaffeProto

/// Writes MNIST's images and labels as a database of raw `Datum` records, one channel each, under eight-digit keys,
/// as Caffe's convert_mnist_data does (examples/mnist/convert_mnist_data.cpp).
///
/// A label above 127 stays what it is in the file; Caffe's tool makes a negative number of it.
/// - Parameters:
///   - images: an IDX file of count x rows x columns, plain or gzipped
///   - labels: an IDX file of count labels, plain or gzipped
///   - path: the folder to make, which must not exist
///   - kind: what it becomes
///   - progress: gets the number of records after each, and of all
/// - Returns: the number of records.
/// - Throws: `FileSystemError` or `FormatError`; nothing is left at `path` then.
@discardableResult
public func convertMNIST(
  images: String, labels: String, to path: String, kind: DatabaseKind = .lmdb,
  progress: (Int, Int) -> Void = { _, _ in }
) throws -> Int {
  let (imageFile, labelFile) = try labelledImages(images, labels)
  try kind.write(to: path) { writer in
    var datum = Datum()
    (datum.channels, datum.height, datum.width) = (1, imageFile.itemShape[0], imageFile.itemShape[1])
    var item = 0
    while let pixels = try imageFile.next(), let label = try labelFile.next()?.first {
      (datum.data, datum.label) = (pixels, Int(label))
      try writer.put(key: databaseKey(item), value: datum.serialized())
      item += 1
      progress(item, imageFile.count)
    }
  }
  return imageFile.count
}

/// Opens MNIST's images and their labels.
///
/// - Throws: `FileSystemError`; `FormatError`, also where there are not as many of both
func labelledImages(_ images: String, _ labels: String) throws -> (images: IDXFile, labels: IDXFile) {
  let imageFile = try IDXFile(images, rank: 3)
  let labelFile = try IDXFile(labels, rank: 1)
  guard imageFile.count == labelFile.count else {
    throw FormatError(
      path: labels, kind: .idx, .corrupt("\(labelFile.count) labels for the \(imageFile.count) images of '\(images)'"))
  }
  return (imageFile, labelFile)
}

/// The key under which Caffe's tools store record `item`: eight digits as a rule, so that the order of keys is that of
/// numbers; convert_imageset adds the image's name.
public func databaseKey(_ item: Int, digits: Int = 8, name: String? = nil) -> String {
  let number = String(item)
  return String(repeating: "0", count: max(0, digits - number.count)) + number + (name.map { "_" + $0 } ?? "")
}
