import NetModel

/// How a blob's elements lie in memory. The set is closed: every backend speaks these, weights have forms of their own.
public enum Layout: Int32, Hashable, Sendable, CaseIterable {
  /// Row-major in the order of the axes (NCHW): Caffe's own, and what everyone outside the engine sees.
  case plain = 0
  /// Batch, height, width, channel (NHWC).
  case channelsLast = 1
  /// Batch, blocks of `channelBlock` channels, height, width, channel in block; missing channels are zero.
  case channelBlocked = 2

  /// Channels per block of ``channelBlocked``.
  public static let channelBlock = 16

  /// The number of floats that a blob of `shape` takes, padding included. Only four-axis blobs have other layouts than
  /// plain.
  public func physicalCount(_ shape: Shape) -> Int {
    guard self == .channelBlocked else { return shape.count }
    let blocks = (shape[1] + Self.channelBlock - 1) / Self.channelBlock
    return shape[0] * blocks * Self.channelBlock * shape[2] * shape[3]
  }

  /// Where the element (n, c, y, x) of a four-axis `shape` lies.
  @inlinable public func offset(_ shape: Shape, _ n: Int, _ c: Int, _ y: Int, _ x: Int) -> Int {
    let (channels, height, width) = (shape[1], shape[2], shape[3])
    switch self {
    case .plain: return ((n * channels + c) * height + y) * width + x
    case .channelsLast: return ((n * height + y) * width + x) * channels + c
    case .channelBlocked:
      let block = Self.channelBlock
      let blocks = (channels + block - 1) / block
      return (((n * blocks + c / block) * height + y) * width + x) * block + c % block
    }
  }
}
