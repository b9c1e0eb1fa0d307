import Engine
import NetModel

/// How a short array of values is spread over a blob: over the axes that begin with one axis of its shape, the same for
/// all other positions. Scale, Bias and PReLU work by it, in any layout.
struct ChannelSpread {
  /// The blob as an activation whose channels are the values.
  private let shape: Shape
  private let layout: Layout

  /// Spreads an array of shape `values` over a blob, from its axis `axis` on.
  ///
  /// A layout other than plain needs one value per channel (`ChannelValues/layout(ofBottom:shape:offered:_:)`), or
  /// one for all.
  init(_ blob: Blob, axis: Int, values: Shape) {
    guard values.rank > 0 else {
      (shape, layout) = ([1, 1, 1, blob.physicalCount], .plain)
      return
    }
    guard blob.layout == .plain else {
      (shape, layout) = (blob.shape, blob.layout)
      return
    }
    let outer = blob.shape.count(from: 0, to: axis)
    let inner = blob.shape.count(from: axis + values.rank)
    // Without axes behind it, the array is the innermost axis: the blob is rows of channels.
    (shape, layout) =
      inner == 1 ? ([1, values.count, outer, 1], .channelsLast) : ([outer, values.count, inner, 1], .plain)
  }

  /// y = scale x + shift; nil means 1 and 0, and x may be y.
  func affine(_ x: FloatView, scale: FloatView?, shift: FloatView?, to y: MutableFloatView) {
    y.setAffine(x, scale: scale, shift: shift, shape: shape, layout: layout)
  }

  /// Adds to each value's sum the elements of x it is spread over, times those of y.
  func add(_ x: FloatView, times y: FloatView? = nil, to sums: MutableFloatView) {
    sums.addChannelSums(x, times: y, shape: shape, layout: layout)
  }
}
