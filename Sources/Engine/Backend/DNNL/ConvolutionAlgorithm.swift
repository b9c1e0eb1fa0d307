import CKernels
import NetModel

/// How the oneDNN backend computes convolutions.
public enum ConvolutionAlgorithm: String, Sendable, CaseIterable {
  /// Exact to rounding, everywhere.
  case direct
  /// Winograd's F(4x4, 3x3) by a rule on shapes: 3x3 kernels of stride 1 on blocks of channels, with AVX-512. About ten
  /// times the rounding error of direct convolution.
  case fixed
  /// What was fastest when each shape was tried on this machine: direct or Winograd per direction, forward also by eight
  /// filters at a time, and the layouts.
  case auto

  /// The algorithms of forward, backward data and backward weights.
  struct Choice {
    var forward = CK_DIRECT
    var backwardData = CK_DIRECT
    var backwardWeights = CK_DIRECT

    /// As reports name it.
    func name(training: Bool) -> String {
      let names = [forward, backwardData, backwardWeights].map { algorithm in
        switch algorithm {
        case CK_WINOGRAD: "Winograd"
        case CK_NARROW: "narrow"
        default: "direct"
        }
      }
      guard training, Set(names).count > 1 else { return names[0] }
      return "\(names[0]), gradients of bottom and weights \(names[1]) and \(names[2])"
    }
  }

  /// Whether Winograd can compute a shape in its layouts.
  static func allowsWinograd(_ shape: ConvolutionShape) -> Bool {
    let dense = ConvolutionShape.Pair(1, 1)
    return ck_has_wide_vectors() && shape.kernel == .init(3, 3) && shape.stride == dense && shape.dilation == dense
      && shape.group == 1 && shape.bottomLayout == .channelBlocked && shape.topLayout == .channelBlocked
      && shape.pad.height <= 1 && shape.pad.width <= 1
  }

  /// All that can compute a shape in its layouts.
  static func all(for shape: ConvolutionShape) -> [ck_algorithm] {
    [CK_DIRECT] + (allowsWinograd(shape) ? [CK_WINOGRAD] : []) + (DNNLNarrow.allows(shape) ? [CK_NARROW] : [])
  }

  /// The rule's choice for a shape (32 channels and more gain 1.3x to 3x nearly everywhere, 16 channels only in the
  /// weights' gradient).
  func choice(for shape: ConvolutionShape) -> Choice {
    guard self != .direct, Self.allowsWinograd(shape) else { return Choice() }
    let channels = min(shape.bottom[1], shape.top[1])
    if channels >= 32 {
      return Choice(forward: CK_WINOGRAD, backwardData: CK_WINOGRAD, backwardWeights: CK_WINOGRAD)
    }
    return Choice(backwardWeights: channels >= 16 ? CK_WINOGRAD : CK_DIRECT)
  }
}

extension ConvolutionAlgorithm.Choice {
  /// An algorithm for all directions that it takes.
  init(all algorithm: ck_algorithm) {
    forward = algorithm
    if algorithm.takes(CK_BACKWARD_DATA) { backwardData = algorithm }
    if algorithm.takes(CK_BACKWARD_WEIGHTS) { backwardWeights = algorithm }
  }
}

extension ck_algorithm {
  /// Whether it computes a direction.
  func takes(_ direction: ck_direction) -> Bool { self != CK_NARROW || direction == CK_FORWARD }
}
