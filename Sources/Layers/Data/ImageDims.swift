import NetIO

/// The extents of one image.
public struct ImageDims: Hashable, Sendable, CustomStringConvertible {
  /// Colour planes.
  public var channels: Int
  /// Rows.
  public var height: Int
  /// Columns.
  public var width: Int

  /// Makes extents.
  public init(channels: Int, height: Int, width: Int) {
    self.channels = channels
    self.height = height
    self.width = width
  }

  /// The number of elements.
  public var count: Int { channels * height * width }

  /// Channels x height x width.
  public var description: String { "\(channels)x\(height)x\(width)" }
}

extension DatumImage {
  /// The image's extents.
  public var dims: ImageDims { ImageDims(channels: channels, height: height, width: width) }
}
