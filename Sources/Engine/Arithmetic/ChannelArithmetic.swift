import CKernels
import NetModel

// Work per channel of a four-axis activation, on the kernels' threads. Padding channels stay zero.

extension MutableFloatView {
  /// Sets these floats to scale[c] x + shift[c] over the channels c; nil means 1 and 0. `x` may be these floats.
  ///
  /// - Parameters:
  ///   - x: an activation of `shape` (N, C, H, W) in `layout`, as these floats are
  ///   - scale: C floats
  ///   - shift: C floats
  ///   - shape: of these floats and of `x`
  ///   - layout: of these floats and of `x`
  public func setAffine(_ x: FloatView, scale: FloatView?, shift: FloatView?, shape: Shape, layout: Layout) {
    readOnly.check(x, shape, layout, [scale, shift])
    ck_channel_affine(ck_layout(layout), ck_shape(shape), x.pointer, scale?.pointer, shift?.pointer, pointer)
  }

  /// Adds to these C floats each channel's sum of x, or of x times y.
  public func addChannelSums(_ x: FloatView, times y: FloatView? = nil, shape: Shape, layout: Layout) {
    x.check(y ?? x, shape, layout, [readOnly])
    ck_channel_sums(ck_layout(layout), ck_shape(shape), x.pointer, y?.pointer, pointer)
  }

  /// Sets these floats to a x + b y, with negative sums multiplied by a slope if one is given; either may be these floats.
  public func setSum(_ a: Float, _ x: FloatView, _ b: Float, _ y: FloatView, negativeSlope: Float? = nil) {
    precondition(x.count == count && y.count == count, "a sum of \(x.count) and \(y.count) floats in \(count)")
    if let negativeSlope {
      ck_rectified_sum(count, a, x.pointer, b, y.pointer, negativeSlope, pointer)
    } else {
      ck_weighted_sum(count, a, x.pointer, b, y.pointer, pointer)
    }
  }

  /// Sets these floats to x y; either may be these floats.
  public func setProduct(_ x: FloatView, _ y: FloatView) {
    precondition(x.count == count && y.count == count, "a product of \(x.count) and \(y.count) floats in \(count)")
    ck_multiply(count, x.pointer, y.pointer, pointer)
  }
}

extension FloatView {
  fileprivate func check(_ other: FloatView, _ shape: Shape, _ layout: Layout, _ values: [FloatView?]) {
    let size = layout.physicalCount(shape)
    precondition(
      count == size && other.count == size && values.allSatisfy { ($0?.count ?? shape[1]) == shape[1] },
      "\(count) and \(other.count) floats for an activation of \(shape)")
  }
}
