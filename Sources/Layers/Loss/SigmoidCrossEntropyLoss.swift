import CaffeProto
import Engine
import Glibc
import NetModel

/// The cross-entropy of target probabilities under the sigmoid of scores (Caffe: sigmoid_cross_entropy_loss_layer.cpp).
public struct SigmoidCrossEntropyLoss: RunnableDescription, BottomDetermining {
  /// The name in prototxts.
  public static let type = "SigmoidCrossEntropyLoss"
  private let normalization: LossNormalization

  /// Reads `loss_param`; unlike with other losses the sum is divided by the batch size if nothing else is said.
  public init(_ parameter: LayerParameter, in context: DescriptionContext) {
    normalization = LossNormalization(parameter.lossParam, fallback: .batchSize)
  }

  /// Two bottoms, one top.
  public var arity: Arity { .loss }

  /// A scalar.
  public func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    try checkBatchSizes(bottom)
    guard bottom[0].count == bottom[1].count else {
      throw LayerError.bottom(index: 1, shape: bottom[1], "must have as many elements as bottom 0, \(bottom[0])")
    }
    return [[]]
  }

  /// Each as the other.
  public static let determined: Set<Int> = [0, 1]
  /// Each as the other.
  public func shape(ofBottom index: Int, among bottom: [Shape]) -> Shape? { bottom[1 - index] }

  /// Holds: the elements are compared with targets.
  public func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    .holdsAll(bottom, "SigmoidCrossEntropyLoss compares the elements with targets")
  }

  /// 1.
  public func defaultLossWeight(top index: Int) -> Float { 1 }
  /// Not to the targets.
  public func allowsBackward(bottom index: Int) -> Bool { index == 0 }
  /// A plain layer.
  public func makeLayer(_ bottom: [Shape], in context: LayerContext) -> any Layer {
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
