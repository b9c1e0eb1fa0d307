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

  /// Sums magnitudes down each column of a row-major matrix in single precision, row by row; where the matrix is large,
  /// part by part of its rows.
  ///
  /// - Parameter sums: one for each of the matrix's columns, which its number of floats is a multiple of
  public func columnMagnitudes(into sums: inout [Float]) {
    let columns = sums.count
    guard columns > 0 else { return }
    precondition(count % columns == 0, "\(count) floats in \(columns) columns")
    let rows = count / columns
    // The parts of a large matrix have their sums behind these until they are added.
    let more = columns * (ck_column_parts(rows, columns) - 1)
    sums += repeatElement(0, count: more)
    sums.withUnsafeMutableBufferPointer { ck_column_magnitudes(rows, columns, pointer, $0.baseAddress) }
    sums.removeLast(more)
  }

  /// Sums magnitudes along each row of a row-major matrix, from left to right in single precision.
  ///
  /// - Parameter sums: one for each of the matrix's rows, which its number of floats is a multiple of
  public func rowMagnitudes(into sums: inout [Float]) {
    let rows = sums.count
    guard rows > 0 else { return }
    precondition(count % rows == 0, "\(count) floats in \(rows) rows")
    sums.withUnsafeMutableBufferPointer { ck_row_magnitudes(rows, count / rows, pointer, $0.baseAddress, nil, nil) }
  }
}

extension MutableFloatView {
  /// Adds `factor` times `source`, which must have the same number of floats.
  public func add(_ factor: Float, times source: FloatView) {
    precondition(source.count == count, "adding \(source.count) floats to \(count)")
    ck_axpy(count, factor, source.pointer, pointer)
  }

  /// Becomes `factor` times `source`, which must have the same number of floats.
  public func set(_ factor: Float, times source: FloatView) {
    precondition(source.count == count, "\(source.count) floats for \(count)")
    ck_axpby(count, factor, source.pointer, 0, pointer)
  }

  /// Multiplies by a factor.
  public func multiply(by factor: Float) { ck_scale(count, factor, pointer) }

  /// Multiplies element by element, as masks do.
  public func multiply(by factors: FloatView) {
    precondition(factors.count == count, "\(factors.count) factors for \(count) floats")
    ck_multiply(count, pointer, factors.pointer, pointer)
  }

  /// Becomes the product of two row-major matrices, either of which may be taken with its axes exchanged.
  ///
  /// - Parameters:
  ///   - left: the left matrix
  ///   - leftTurned: whether its rows are stored as columns
  ///   - right: the right matrix
  ///   - rightTurned: the same of it
  ///   - rows: of the product
  ///   - columns: of the product
  ///   - depth: the columns of the left matrix, which are the rows of the right one
  public func setProduct(
    _ left: FloatView, turned leftTurned: Bool = false, _ right: FloatView, turned rightTurned: Bool = false,
    rows: Int, columns: Int, depth: Int
  ) {
    precondition(
      (left.count, right.count, count) == (rows * depth, depth * columns, rows * columns),
      "a product of \(rows) x \(depth) and \(depth) x \(columns) from \(left.count) and \(right.count) floats into \(count)"
    )
    ck_sgemm(leftTurned, rightTurned, rows, columns, depth, 1, left.pointer, right.pointer, 0, pointer)
  }
}
