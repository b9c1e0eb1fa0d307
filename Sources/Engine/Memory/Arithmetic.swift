import CKernels

// Whole-array arithmetic on the kernels' threads. Physical views may be passed: padding is zero and stays so.

extension FloatView {
  /// The sum of the floats' magnitudes.
  public var magnitudeSum: Double { ck_asum(count, pointer) }

  /// The sum of the floats' squares.
  public var squareSum: Double { ck_sumsq(count, pointer) }

  /// The sum of products with `other`, which must have the same number of floats.
  public func dot(_ other: FloatView) -> Double {
    precondition(other.count == count, "product of \(count) and \(other.count) floats")
    return ck_dot(count, pointer, other.pointer)
  }
}

extension MutableFloatView {
  /// Adds `factor` times `source`, which must have the same number of floats.
  public func add(_ factor: Float, times source: FloatView) {
    precondition(source.count == count, "adding \(source.count) floats to \(count)")
    ck_axpy(count, factor, source.pointer, pointer)
  }

  /// Multiplies by a factor.
  public func multiply(by factor: Float) { ck_scale(count, factor, pointer) }

  /// Multiplies element by element, as masks do.
  public func multiply(by factors: FloatView) {
    precondition(factors.count == count, "\(factors.count) factors for \(count) floats")
    ck_multiply(count, pointer, factors.pointer, pointer)
  }
}
