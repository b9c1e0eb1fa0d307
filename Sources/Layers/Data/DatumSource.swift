import CaffeProto
import NetIO
import NetModel

/// A database of Datum records, to be opened as often as needed.
struct DatumSource: Sendable {
  /// The path.
  let name: String
  private let kind: DatabaseKind
  private let decoder: DatumDecoder

  /// Reads `source` and `backend`, and from `transform_param` what encoded images are decoded to.
  init(_ data: DataParameter, _ transform: TransformationParameter) throws {
    guard !data.source.isEmpty else { throw LayerError.field("data_param.source", "is missing") }
    guard !(transform.forceColor && transform.forceGray) else {
      throw LayerError.field("transform_param.force_gray", "is set beside force_color")
    }
    name = data.source
    kind = data.backend == .lmdb ? .lmdb : .leveldb
    decoder = DatumDecoder(
      images: ImageDecoder(color: transform.forceColor ? .color : transform.forceGray ? .gray : .native))
  }

  /// Opens the database at a record, counted from the first and on over the last.
  ///
  /// - Throws: `LayerError/source(_:_:)`
  func reader(at record: Int) throws -> DatumReader {
    let reader = try reading(name) {
      let reader = try kind.open(name)
      try reader.skip(record)
      return reader
    }
    return DatumReader(name: name, reader: reader, decoder: decoder)
  }
}

/// Reads records in the order of their keys, over and over.
struct DatumReader {
  fileprivate let name: String
  fileprivate let reader: any RecordReader
  fileprivate let decoder: DatumDecoder

  /// The number of records, if the database knows it.
  var knownCount: Int? { reader.knownCount }

  /// The next record, or the next one but `skipped`.
  ///
  /// - Throws: `LayerError/source(_:_:)`, with the record's key
  func next(after skipped: Int = 0) throws -> DatumImage {
    try reading(name) {
      for _ in 0..<skipped { try reader.advance() }
      let image = try decoder.decode(reader)
      try reader.advance()
      return image
    }
  }
}
