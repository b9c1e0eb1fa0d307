import CaffeProto

/// Writes CIFAR-10's binary batches as databases of raw `Datum` records under five-digit keys, as Caffe's
/// convert_cifar_data does (examples/cifar10/convert_cifar_data.cpp).
public enum CIFAR10 {
  /// A label and 32 x 32 pixels of red, green and blue, plane by plane, as the files have them.
  private static let recordBytes = 1 + 3 * 32 * 32

  /// Makes the databases `cifar10_train_<kind>` and `cifar10_test_<kind>`.
  ///
  /// - Parameters:
  ///   - folder: has data_batch_1.bin to data_batch_5.bin and test_batch.bin
  ///   - output: where the databases go; they must not exist
  ///   - kind: which database
  ///   - progress: gets the number of records after each, and of all if the files to come are as large as the one at
  ///     hand
  /// - Returns: the number of records of each.
  /// - Throws: `FileSystemError`, or `FormatError` for a file that is not whole records.
  public static func convert(
    _ folder: String, to output: String, kind: DatabaseKind, progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> (train: Int, test: Int) {
    let batches = (1...5).map { "\(folder)/data_batch_\($0).bin" }
    let train = try convert(batches, to: "\(output)/cifar10_train_\(kind)", kind) { count, rest in
      progress(count, (count + rest) * 6 / 5)
    }
    let test = try convert(["\(folder)/test_batch.bin"], to: "\(output)/cifar10_test_\(kind)", kind) { count, rest in
      progress(train + count, train + count + rest)
    }
    return (train, test)
  }

  /// - Parameter progress: gets how many records are written, and how many are left
  private static func convert(
    _ files: [String], to path: String, _ kind: DatabaseKind, progress: (Int, Int) -> Void
  ) throws -> Int {
    try kind.write(to: path) { writer in
      var count = 0
      for (number, file) in files.enumerated() {
        let bytes = try wholeFile(file)
        guard !bytes.isEmpty, bytes.count % recordBytes == 0 else {
          let whole = (bytes.count / recordBytes + 1) * recordBytes
          throw FormatError(path: file, kind: .cifar, .truncated(needed: whole, present: bytes.count))
        }
        for start in stride(from: 0, to: bytes.count, by: recordBytes) {
          var datum = Datum()
          (datum.channels, datum.height, datum.width, datum.label) = (3, 32, 32, Int(bytes[start]))
          datum.data = Array(bytes[start + 1..<start + recordBytes])
          try writer.put(key: databaseKey(count, digits: 5), value: datum.serialized())
          count += 1
          let later = (files.count - 1 - number) * bytes.count
          progress(count, (bytes.count - start + later) / recordBytes - 1)
        }
      }
      return count
    }
  }
}
