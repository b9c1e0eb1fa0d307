import CKernels

/// A rectifier over any array: padding is zero and stays so.
final class DNNLRectifier: UnaryOperator {
  private let slope: Float

  init(slope: Float) { self.slope = slope }

  func forward(bottom: Blob, top: Blob) throws {
    ck_relu_forward(bottom.physicalCount, slope, bottom.data.pointer, top.mutableData.pointer)
  }

  func backward(top: Blob, bottom: Blob) throws {
    ck_relu_backward(
      bottom.physicalCount, slope, bottom.data.pointer, top.diff.pointer, bottom.mutableDiff.pointer)
  }
}
