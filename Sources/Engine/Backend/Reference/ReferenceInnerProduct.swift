import CKernels

/// An inner product by BLAS (Caffe: `inner_product_layer.cpp`).
final class ReferenceInnerProduct: InnerProductOperator {
  private let shape: InnerProductShape

  init(_ shape: InnerProductShape) { self.shape = shape }

  var plan: String { "matrix product" }

  func forward(bottom: Blob, weight: Blob, bias: Blob?, top: Blob) throws {
    let y = top.mutableData.pointer
    ck_sgemm(
      false, !shape.transposed, shape.m, shape.n, shape.k, 1, bottom.data.pointer, weight.data.pointer, 0, y)
    guard let bias = bias?.data else { return }
    for row in 0..<shape.m {
      for column in 0..<shape.n { y[row * shape.n + column] += bias[column] }
    }
  }

  func backwardBottom(top: Blob, weight: Blob, bottom: Blob) throws {
    ck_sgemm(
      false, shape.transposed, shape.m, shape.k, shape.n, 1, top.diff.pointer, weight.data.pointer, 0,
      bottom.mutableDiff.pointer)
  }

  func backwardWeight(bottom: Blob, top: Blob, rows: Range<Int>, into gradient: MutableFloatView, adds: Bool) {
    // The weight has a row for each column of one of them.
    let (left, width, right, columns) =
      shape.transposed ? (bottom.data, shape.k, top.diff, shape.n) : (top.diff, shape.n, bottom.data, shape.k)
    let part = (0..<shape.m).flatMap { left.part($0 * width + rows.lowerBound, count: rows.count) }
    ck_sgemm(true, false, rows.count, columns, shape.m, 1, part, right.pointer, adds ? 1 : 0, gradient.pointer)
  }

  func backwardBias(top: Blob, bias: Blob) {
    let (dy, db) = (top.diff, bias.mutableDiff)
    for row in 0..<shape.m {
      for column in 0..<shape.n { db[column] += dy[row * shape.n + column] }
    }
  }
}
