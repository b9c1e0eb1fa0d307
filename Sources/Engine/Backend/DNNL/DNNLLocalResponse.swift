import CKernels

/// LRN across channels; there is nothing to prepare.
final class DNNLLocalResponse: UnaryOperator {
  private let shape: LocalResponseShape
  private var kernel: ck_lrn

  init(_ shape: LocalResponseShape) {
    self.shape = shape
    kernel = ck_lrn()
    kernel.shape = ck_shape(shape.shape)
    kernel.layout = ck_layout(shape.layout)
    kernel.size = shape.size
    (kernel.alpha, kernel.beta, kernel.k) = (shape.alpha, shape.beta, shape.k)
  }

  func forward(bottom: Blob, top: Blob) throws {
    try DNNLEngine.run("LRN of \(shape.shape)") {
      ck_lrn_forward(&kernel, bottom.data.pointer, top.mutableData.pointer, $0)
    }
  }

  func backward(top: Blob, bottom: Blob) throws {
    try DNNLEngine.run("gradient of the LRN of \(shape.shape)") {
      ck_lrn_backward(&kernel, bottom.data.pointer, top.diff.pointer, bottom.mutableDiff.pointer, $0)
    }
  }
}
