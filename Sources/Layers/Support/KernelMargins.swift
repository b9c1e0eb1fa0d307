import CaffeProto
import NetModel

extension ConvolutionFields {
  /// How many positions can go from both ends of every kernel axis: what is cut off is taken from the padding, and one
  /// position stays. Cutting both ends alike leaves every position's place, and the top's extents, for any bottom.
  func kernelMargins(axes: Int) -> [Int] {
    guard let window = try? window.resolved(axes: axes) else { return [] }
    return (0..<axes).map { min(window.pad[$0] / window.dilation[$0], (window.kernel[$0] - 1) / 2) }
  }

  /// Rewrites kernel and padding of a message for a kernel without `margins` at both ends of its axes.
  func shrinkKernel(_ parameter: inout ConvolutionParameter, by margins: [Int]) {
    guard let window = try? window.resolved(axes: margins.count) else { return }
    let kernel = zip(window.kernel, margins).map { $0 - 2 * $1 }
    let pad = margins.indices.map { window.pad[$0] - margins[$0] * window.dilation[$0] }
    parameter.clearKernelH()
    parameter.clearKernelW()
    parameter.clearPadH()
    parameter.clearPadW()
    parameter.kernelSize = []
    parameter.pad = []
    // Readers of Caffe's files understand one value for both axes, or a field for each.
    if margins.count == 2, kernel[0] != kernel[1] {
      (parameter.kernelH, parameter.kernelW) = (kernel[0], kernel[1])
    } else {
      parameter.kernelSize = Set(kernel).count == 1 ? [kernel[0]] : kernel
    }
    if margins.count == 2, pad[0] != pad[1] {
      (parameter.padH, parameter.padW) = (pad[0], pad[1])
    } else {
      parameter.pad = Set(pad).count == 1 ? [pad[0]] : pad
    }
  }
}
