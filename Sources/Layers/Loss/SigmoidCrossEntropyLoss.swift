import CaffeProto
import Engine
import Glibc
import NetModel

/// The cross-entropy of target probabilities under the sigmoid of scores (Caffe: sigmoid_cross_entropy_loss_layer.cpp).
struct SigmoidCrossEntropyLoss: ElementwiseLoss {
  static let type = "SigmoidCrossEntropyLoss"
  private let normalization: LossNormalization

  /// Reads `loss_param`; unlike with other losses the sum is divided by the batch size if nothing else is said.
  init(_ parameter: LayerParameter, in context: DescriptionContext) {
    normalization = LossNormalization(parameter.lossParam, fallback: .batchSize)
  }

  /// Not to the targets.
  func allowsBackward(bottom index: Int) -> Bool { index == 0 }
  func makeLayer(_ bottom: [Shape], in context: LayerContext) -> any Layer {
    SigmoidCrossEntropyLossLayer(self, normalization, context.ranks)
  }
}

/// Computes loss and gradient.
final class SigmoidCrossEntropyLossLayer: Layer {
  private let description: SigmoidCrossEntropyLoss
  private let normalization: LossNormalization
  private let ranks: RunRanks?
  private var divisor: Float = 1

  init(_ description: SigmoidCrossEntropyLoss, _ normalization: LossNormalization, _ ranks: RunRanks?) {
    self.description = description
    self.normalization = normalization
    self.ranks = ranks
  }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    top[0].reshape(try description.topShapes(bottom.map(\.shape))[0])
  }

  func forward(bottom: [Blob], top: [Blob]) throws {
    let (scores, targets) = (bottom[0].data, bottom[1].data)
    var sum: Float = 0
    var valid = 0
    for i in scores.indices where !isIgnored(targets[i]) {
      // The exponent is never positive, so that nothing overflows.
      let (score, positive) = (scores[i], scores[i] >= 0)
      sum -= score * (targets[i] - (positive ? 1 : 0)) - log(1 + exp(positive ? -score : score))
      valid += 1
    }
    let shape = bottom[0].shape
    divisor = try normalization.divisor(outer: shape[0], inner: shape.count(from: 1), valid: valid, ranks)
    top[0].mutableData[0] = sum / divisor
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    if propagateDown[1] { throw noGradient("SigmoidCrossEntropyLoss", bottom: 1, bottom[1]) }
    guard propagateDown[0] else { return }
    let (scores, targets, gradient) = (bottom[0].data, bottom[1].data, bottom[0].mutableDiff)
    let factor = top[0].diff[0] / divisor
    for i in scores.indices {
      gradient[i] = isIgnored(targets[i]) ? 0 : factor * (1 / (1 + exp(-scores[i])) - targets[i])
    }
  }

  /// Targets are truncated before they are compared.
  private func isIgnored(_ target: Float) -> Bool {
    guard let ignored = normalization.ignoreLabel else { return false }
    return trunc(target) == Float(ignored)
  }
}
