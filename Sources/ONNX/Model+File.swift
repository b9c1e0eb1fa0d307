import Base
import CaffeProto
import NetIO

extension Model {
  /// From this size on the weights get a file of their own: protobuf's messages end at 2 GB.
  private static let largest = 1_900_000_000
  /// Smaller constants stay in the model, where readers need them to know shapes.
  private static let smallest = 1024

  /// Writes the model, whole or not at all. Weights for which it has no room, or `external` ones, go to `<path>.data`.
  ///
  /// - Throws: `FileSystemError`, or ``ExportError/tooLarge(bytes:)``
  public func write(to path: String, external: Bool = false) throws {
    let weights = constants.reduce(0) { sum, constant in
      if case .floats(let values) = constant.values { sum + values.byteCount } else { sum }
    }
    guard external || weights > Self.largest else {
      let message = message { _ in nil }
      return try AtomicFile.write(to: path) { try message.write(to: $0) }
    }
    let file = path.lastComponent + ".data"
    var offset = 0
    var pieces: [(padding: Int, values: Floats)] = []
    let message = message { constant in
      guard case .floats(let values) = constant.values, values.byteCount >= Self.smallest else { return nil }
      // Values begin at whole pages, and large ones at the units in which Windows maps files.
      let unit = values.byteCount > 1 << 20 ? 1 << 16 : 1 << 12
      let start = (offset + unit - 1) / unit * unit
      pieces.append((start - offset, values))
      offset = start + values.byteCount
      return ExternalPlace(file: file, offset: start, length: values.byteCount)
    }
    guard message.size < Int(Int32.max) else { throw ExportError.tooLarge(bytes: message.size) }
    let data = try AtomicFile.stage(path + ".data") { sink in
      for (padding, values) in pieces {
        sink.write([UInt8](repeating: 0, count: padding))
        sink.write(values)
        if let error = sink.error { throw error }
      }
    }.file
    let model = try AtomicFile.stage(path) { try message.write(to: $0) }.file
    try StagedFile.commit([data, model])
  }
}
