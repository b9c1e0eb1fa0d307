/// A layer whose top is a matrix product: a weight times patches of its only bottom (N, C, ...), plus a bias.
public protocol PatchReading: LayerDescription {
  /// The patches; nil where channels do not lie on axis 1.
  func patches(_ bottom: Shape) -> Patches?
}

/// What a layer reads of a bottom at every position of its top. All lists have one value per spatial axis.
public struct Patches: Hashable, Sendable {
  /// The extents of a patch.
  public let kernel: [Int]
  /// The distance of patches.
  public let stride: [Int]
  /// Zeros on either side of the bottom.
  public let pad: [Int]
  /// The distance of a patch's elements in the bottom.
  public let dilation: [Int]
  /// Blocks of outputs that read channels of their own.
  public let blocks: Int
  /// Whether the weight is (channels * kernel, outputs), and not (outputs, channels * kernel).
  public let isTransposed: Bool

  /// Makes patches.
  public init(
    kernel: [Int], stride: [Int], pad: [Int], dilation: [Int], blocks: Int = 1, isTransposed: Bool = false
  ) {
    (self.kernel, self.stride, self.pad, self.dilation) = (kernel, stride, pad, dilation)
    (self.blocks, self.isTransposed) = (blocks, isTransposed)
  }

  /// The one patch that is the whole of a bottom.
  public init(whole bottom: Shape, isTransposed: Bool) {
    let kernel = Array(bottom.dims.dropFirst(2))
    let ones = kernel.map { _ in 1 }
    self.init(kernel: kernel, stride: ones, pad: kernel.map { _ in 0 }, dilation: ones, isTransposed: isTransposed)
  }

  /// Elements of a channel's part of a patch.
  public var area: Int { kernel.reduce(1, *) }

  /// Positions along every axis of a bottom.
  public func positions(_ bottom: Shape) -> [Int] {
    kernel.indices.map { axis in
      let room = bottom[axis + 2] + 2 * pad[axis] - (kernel[axis] - 1) * dilation[axis] - 1
      return room < 0 ? 0 : room / stride[axis] + 1
    }
  }

  /// Where the elements of a patch lie in a channel of the bottom, row-major; nil for those in the padding.
  ///
  /// - Parameter position: of the top, counted row-major
  public func places(_ position: Int, in bottom: Shape) -> [Int?] {
    var (rest, origin) = (position, kernel)
    for (axis, extent) in positions(bottom).enumerated().reversed() {
      origin[axis] = rest % extent * stride[axis] - pad[axis]
      rest /= extent
    }
    return (0..<area).map { element in
      var (rest, place, step) = (element, 0, 1)
      for axis in kernel.indices.reversed() {
        let at = origin[axis] + rest % kernel[axis] * dilation[axis]
        guard at >= 0, at < bottom[axis + 2] else { return nil }
        place += at * step
        step *= bottom[axis + 2]
        rest /= kernel[axis]
      }
      return place
    }
  }
}
