import NetIO

/// The extents of one image.
struct ImageDims: Hashable, Sendable, CustomStringConvertible {
  /// Colour planes.
  var channels: Int
  /// Rows.
  var height: Int
  /// Columns.
  var width: Int

  /// Makes extents.
  init(channels: Int, height: Int, width: Int) {
    self.channels = channels
    self.height = height
    self.width = width
  }

  /// The number of elements.
  var count: Int { channels * height * width }

  /// Channels x height x width.
  var description: String { "\(channels)x\(height)x\(width)" }
}

extension DatumImage {
  /// The image's extents.
  var dims: ImageDims { ImageDims(channels: channels, height: height, width: width) }
}
