import CaffeProto
import Engine
import Glibc
import NetModel

/// The mean negative log-likelihood of labels under the softmax of predictions (Caffe: softmax_loss_layer.cpp).
///
/// Bottoms: predictions, and one label per prediction along the softmax axis. Tops: the loss, a scalar, and where it is
/// wanted the probabilities.
struct SoftmaxWithLoss: RunnableDescription, BottomDetermining {
  static let type = "SoftmaxWithLoss"
  private let axis: Int
  private let normalization: LossNormalization
  private let tops: Int

  /// Reads `softmax_param.axis` and `loss_param`.
  init(_ parameter: LayerParameter, in context: DescriptionContext) {
    axis = parameter.softmaxParam.axis
    normalization = LossNormalization(parameter.lossParam)
    tops = parameter.top.count
  }

  var arity: Arity { Arity(bottom: 2...2, top: 1...2, automaticTops: true) }

  /// A scalar, and the predictions' shape.
  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    try checkBatchSizes(bottom)
    try checkLabelCount(bottom, axis: bottom[0].axis(axis, field: "softmax_param.axis"))
    return tops > 1 ? [[], bottom[0]] : [[]]
  }

  /// The labels.
  static let determined: Set<Int> = [1]
  /// The labels.
  func shape(ofBottom index: Int, among bottom: [Shape]) -> Shape? { labels(of: bottom[0], axis: axis) }

  /// Holds: the channels are classes.
  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    .holdsAll(bottom, "SoftmaxWithLoss: the channels are classes")
  }

  /// 1 for the loss.
  func defaultLossWeight(top index: Int) -> Float { index == 0 ? 1 : 0 }
  /// Not to the labels.
  func allowsBackward(bottom index: Int) -> Bool { index == 0 }

  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer {
    SoftmaxWithLossLayer(try bottom[0].axis(axis, field: "softmax_param.axis"), normalization, context.ranks)
  }
}

/// Computes loss and gradient.
final class SoftmaxWithLossLayer: Layer {
  private let axis: Int
  private let normalization: LossNormalization
  private let probability = Blob()
  private let ranks: RunRanks?
  private var divisor: Float = 1

  init(_ axis: Int, _ normalization: LossNormalization, _ ranks: RunRanks?) {
    self.axis = axis
    self.normalization = normalization
    self.ranks = ranks
  }

  var gradientNeeds: GradientNeeds { .bottom }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    let shapes = bottom.map(\.shape)
    try checkBatchSizes(shapes)
    try checkLabelCount(shapes, axis: axis)
    probability.reshape(bottom[0].shape)
    top[0].reshape([])
    if top.count > 1 {
      top[1].reshape(bottom[0].shape)
      top[1].shareData(with: probability)
    }
  }

  func forward(bottom: [Blob], top: [Blob]) throws {
    let runs = AxisRuns(bottom[0].shape, axis: axis)
    softmax(bottom[0].data, probability.mutableData, runs)
    let probability = probability.data
    var sum: Float = 0
    let valid = try labels(bottom, runs).forEach(runs) { first, label in
      if let label { sum -= log(max(probability[first + label * runs.inner], .leastNormalMagnitude)) }
    }
    divisor = try normalization.divisor(outer: runs.outer, inner: runs.inner, valid: valid, ranks)
    top[0].mutableData[0] = sum / divisor
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    if propagateDown[1] { throw noGradient("SoftmaxWithLoss", bottom: 1, bottom[1]) }
    guard propagateDown[0] else { return }
    let runs = AxisRuns(bottom[0].shape, axis: axis)
    let gradient = bottom[0].mutableDiff
    gradient.copy(probability.data)
    _ = try labels(bottom, runs).forEach(runs) { first, label in
      if let label {
        gradient[first + label * runs.inner] -= 1
      } else {
        for i in stride(from: first, to: first + runs.stride, by: runs.inner) { gradient[i] = 0 }
      }
    }
    gradient.multiply(by: top[0].diff[0] / divisor)
  }

  private func labels(_ bottom: [Blob], _ runs: AxisRuns) -> Labels {
    Labels(bottom[1], classes: runs.extent, ignored: normalization.ignoreLabel)
  }
}
