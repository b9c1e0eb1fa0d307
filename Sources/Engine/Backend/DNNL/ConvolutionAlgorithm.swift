import CKernels
import NetModel

/// How the oneDNN backend computes convolutions.
public enum ConvolutionAlgorithm: String, Sendable, CaseIterable {
  /// Exact to rounding, everywhere.
  case direct
  /// Winograd's F(4x4, 3x3) where it is faster: 3x3 kernels of stride 1 on blocks of channels, with AVX-512. About ten
  /// times the rounding error of direct convolution. The choice depends on shapes alone, so that a run can be repeated
  /// bit for bit.
  case auto

  /// The algorithms of forward, backward data and backward weights.
  struct Choice {
    var forward = CK_DIRECT
    var backwardData = CK_DIRECT
    var backwardWeights = CK_DIRECT
  }

  /// The choice for a shape, from measurements per direction (32 channels and more gain 1.3x to 3x everywhere, 16
  /// channels only in the weights' gradient).
  func choice(for shape: ConvolutionShape) -> Choice {
    let dense = ConvolutionShape.Pair(1, 1)
    guard self == .auto, ck_has_wide_vectors(), shape.kernel == .init(3, 3), shape.stride == dense,
      shape.dilation == dense, shape.group == 1, shape.bottomLayout == .channelBlocked,
      shape.topLayout == .channelBlocked, shape.pad.height <= 1, shape.pad.width <= 1
    else { return Choice() }
    let channels = min(shape.bottom[1], shape.top[1])
    if channels >= 32 {
      return Choice(forward: CK_WINOGRAD, backwardData: CK_WINOGRAD, backwardWeights: CK_WINOGRAD)
    }
    return Choice(backwardWeights: channels >= 16 ? CK_WINOGRAD : CK_DIRECT)
  }
}
