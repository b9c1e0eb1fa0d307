import CKernels

/// An inner product by BLAS (Caffe: `inner_product_layer.cpp`).
final class ReferenceInnerProduct: InnerProductOperator {
  private let shape: InnerProductShape

  init(_ shape: InnerProductShape) { self.shape = shape }

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

  func backwardParameters(bottom: Blob, top: Blob, weight: Blob?, bias: Blob?) throws {
    let (x, dy) = (bottom.data.pointer, top.diff.pointer)
    if let dw = weight?.mutableDiff.pointer {
      if shape.transposed {
        ck_sgemm(true, false, shape.k, shape.n, shape.m, 1, x, dy, 1, dw)
      } else {
        ck_sgemm(true, false, shape.n, shape.k, shape.m, 1, dy, x, 1, dw)
      }
    }
    guard let db = bias?.mutableDiff.pointer else { return }
    for row in 0..<shape.m {
      for column in 0..<shape.n { db[column] += dy[row * shape.n + column] }
    }
  }
}
