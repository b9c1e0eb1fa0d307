import CKernels

/// An inner product; the kernels take the weights as they are, so there is nothing to prepare.
final class DNNLInnerProduct: InnerProductOperator {
  private let shape: InnerProductShape

  init(_ shape: InnerProductShape) { self.shape = shape }

  var plan: String { "matrix product" }

  func forward(bottom: Blob, weight: Blob, bias: Blob?, top: Blob) throws {
    ck_inner_product_forward(
      shape.m, shape.k, shape.n, shape.transposed, bottom.data.pointer, weight.data.pointer, bias?.data.pointer,
      top.mutableData.pointer)
  }

  func backwardBottom(top: Blob, weight: Blob, bottom: Blob) throws {
    ck_inner_product_backward_data(
      shape.m, shape.k, shape.n, shape.transposed, top.diff.pointer, weight.data.pointer,
      bottom.mutableDiff.pointer)
  }

  func backwardWeight(bottom: Blob, top: Blob, rows: Range<Int>, into gradient: MutableFloatView, adds: Bool) {
    ck_inner_product_backward_weights(
      shape.m, shape.k, shape.n, shape.transposed, bottom.data.pointer, top.diff.pointer, rows.lowerBound, rows.count,
      gradient.pointer, adds)
  }

  func backwardBias(top: Blob, bias: Blob) {
    ck_inner_product_backward_bias(shape.m, shape.n, top.diff.pointer, bias.mutableDiff.pointer)
  }
}
