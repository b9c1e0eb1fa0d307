import CaffeProto
import Engine
import Glibc
import NetModel

/// Negative log-likelihoods under the softmax of predictions, weighted by a matrix of how much each class says about
/// each label (Caffe: infogain_loss_layer.cpp).
///
/// Bottoms: predictions, labels, and the matrix H (labels x classes) where `source` does not give it.
struct InfogainLoss: RunnableDescription, BottomDetermining {
  static let type = "InfogainLoss"
  private let axis: Int
  private let normalization: LossNormalization
  private let matrix: [Float]?
  private let tops: Int

  /// Reads `infogain_loss_param`, `loss_param` and the matrix file.
  init(_ parameter: LayerParameter, in context: DescriptionContext) throws {
    guard !parameter.lossParam.hasNormalize else {
      throw LayerError.field("loss_param.normalize", "is not known to InfogainLoss: use normalization")
    }
    axis = parameter.infogainLossParam.axis
    normalization = LossNormalization(parameter.lossParam)
    tops = parameter.top.count
    if parameter.bottom.count > 2 {
      matrix = nil
    } else {
      let source = parameter.infogainLossParam.source
      guard !source.isEmpty else {
        throw LayerError.field("infogain_loss_param.source", "is missing, and there is no third bottom")
      }
      matrix = Array(try blobFile(source).values)
    }
  }

  var arity: Arity { Arity(bottom: 2...3, top: 1...2, automaticTops: true) }

  /// A scalar, and the predictions' shape.
  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    try checkBatchSizes(bottom)
    let axis = try bottom[0].axis(axis, field: "infogain_loss_param.axis")
    try checkLabelCount(bottom, axis: axis)
    let classes = bottom[0][axis]
    if let matrix, matrix.count != classes * classes {
      throw LayerError.field(
        "infogain_loss_param.source", "has \(matrix.count) elements, but there are \(classes) x \(classes) classes")
    } else if bottom.count > 2, bottom[2].count != classes * classes {
      throw LayerError.bottom(index: 2, shape: bottom[2], "must be \(classes) x \(classes) elements")
    }
    return tops > 1 ? [[], bottom[0]] : [[]]
  }

  /// The labels.
  static let determined: Set<Int> = [1]
  /// The labels.
  func shape(ofBottom index: Int, among bottom: [Shape]) -> Shape? { labels(of: bottom[0], axis: axis) }

  /// Holds: the channels are classes.
  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    .holdsAll(bottom, "InfogainLoss: the channels are classes")
  }

  /// 1 for the loss.
  func defaultLossWeight(top index: Int) -> Float { index == 0 ? 1 : 0 }
  /// To the predictions only.
  func allowsBackward(bottom index: Int) -> Bool { index == 0 }
  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer {
    InfogainLossLayer(
      self, axis: try bottom[0].axis(axis, field: "infogain_loss_param.axis"), normalization, matrix, context.ranks)
  }
}

/// Computes loss and gradient.
final class InfogainLossLayer: Layer {
  private let description: InfogainLoss
  private let axis: Int
  private let normalization: LossNormalization
  private let matrix: [Float]?
  private let probability = Blob()
  private let ranks: RunRanks?
  private var divisor: Float = 1

  init(
    _ description: InfogainLoss, axis: Int, _ normalization: LossNormalization, _ matrix: [Float]?, _ ranks: RunRanks?
  ) {
    self.ranks = ranks
    self.description = description
    self.axis = axis
    self.normalization = normalization
    self.matrix = matrix
  }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    for (blob, shape) in zip(top, try description.topShapes(bottom.map(\.shape))) { blob.reshape(shape) }
    probability.reshape(bottom[0].shape)
    if top.count > 1 { top[1].shareData(with: probability) }
  }

  func forward(bottom: [Blob], top: [Blob]) throws {
    let runs = AxisRuns(bottom[0].shape, axis: axis)
    softmax(bottom[0].data, probability.mutableData, runs)
    let (probability, gains) = (probability.data, matrix ?? bottom[2].plainData)
    let labels = Labels(bottom[1], classes: runs.extent, ignored: normalization.ignoreLabel)
    var sum: Float = 0
    let valid = try labels.forEach(runs) { first, label in
      guard let label else { return }
      for j in 0..<runs.extent {
        sum -= gains[label * runs.extent + j] * log(max(probability[first + j * runs.inner], logThreshold))
      }
    }
    divisor = try normalization.divisor(outer: runs.outer, inner: runs.inner, valid: valid, ranks)
    top[0].mutableData[0] = sum / divisor
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    for index in propagateDown.indices.dropFirst() where propagateDown[index] {
      throw noGradient("InfogainLoss", bottom: index, bottom[index])
    }
    guard propagateDown[0] else { return }
    let runs = AxisRuns(bottom[0].shape, axis: axis)
    let (probability, gains, gradient) = (probability.data, matrix ?? bottom[2].plainData, bottom[0].mutableDiff)
    let rowSums = (0..<runs.extent).map { row in
      gains[row * runs.extent..<(row + 1) * runs.extent].reduce(0, +)
    }
    let labels = Labels(bottom[1], classes: runs.extent, ignored: normalization.ignoreLabel)
    _ = try labels.forEach(runs) { first, label in
      for j in 0..<runs.extent {
        let index = first + j * runs.inner
        gradient[index] = label.map { probability[index] * rowSums[$0] - gains[$0 * runs.extent + j] } ?? 0
      }
    }
    gradient.multiply(by: top[0].diff[0] / divisor)
  }
}
