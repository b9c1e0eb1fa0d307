import CaffeProto

/// Makes images of the records of a database: `Datum` messages with raw bytes, floats, or an encoded image.
public struct DatumDecoder: Sendable {
  private let images: ImageDecoder

  /// A decoder; `images` says what becomes of encoded images, raw ones stay as they are.
  public init(images: ImageDecoder = ImageDecoder()) { self.images = images }

  /// Decodes the record that a reader stands on.
  ///
  /// - Throws: `FormatError` naming the database and the record's key.
  public func decode(_ reader: any RecordReader) throws -> DatumImage {
    try reader.withRecord { key, value in
      do {
        return try decode(value)
      } catch let error as FormatError {
        let name = key.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        throw FormatError(path: reader.path, kind: error.kind, place: "record '\(name)'", error.problem)
      }
    }
  }

  /// Decodes a record.
  ///
  /// - Throws: `FormatError` without a path.
  public func decode(_ record: RawSpan) throws -> DatumImage {
    func error(_ problem: FormatError.Problem) -> FormatError { FormatError(path: "", kind: .datum, problem) }
    let datum: Datum
    do {
      datum = try record.withUnsafeBytes { try Datum(serialized: $0) }
    } catch {
      throw FormatError(path: "", kind: .datum, .corrupt("\(error)"))
    }
    if datum.encoded {
      do {
        var image = try images.decode(datum.data.span.bytes)
        image.label = datum.label
        return image
      } catch {
        throw FormatError(path: "", kind: .image, error.problem)
      }
    }
    let shape = [datum.channels, datum.height, datum.width]
    let values: DatumImage.Values = datum.data.isEmpty ? .floats(datum.floatData) : .bytes(datum.data)
    let count = datum.data.isEmpty ? datum.floatData.count : datum.data.count
    guard count > 0, elementCount(shape) == count else {
      throw error(.corrupt("\(count) values do not fill \(shape[0]) x \(shape[1]) x \(shape[2])"))
    }
    return DatumImage(
      channels: datum.channels, height: datum.height, width: datum.width, label: datum.label, values: values)
  }
}
