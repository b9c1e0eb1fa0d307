/// One image of a database, decoded.
public struct DatumImage: Sendable, Equatable {
  /// Number of channels.
  public var channels: Int
  /// Height in pixels.
  public var height: Int
  /// Width in pixels.
  public var width: Int
  /// The class.
  public var label: Int
  /// The values: channel by channel, row by row; colours in the order blue, green, red.
  public var values: Values

  /// What a record can hold.
  public enum Values: Sendable, Equatable {
    case bytes([UInt8])
    case floats([Float])
  }

  /// An image; `values` must have channels x height x width of them.
  public init(channels: Int, height: Int, width: Int, label: Int, values: Values) {
    (self.channels, self.height, self.width, self.label, self.values) = (channels, height, width, label, values)
  }
}
