import CaffeProto
import Engine
import Glibc
import NetModel

/// The mean negative log-likelihood of labels under given probabilities (Caffe: multinomial_logistic_loss_layer.cpp).
struct MultinomialLogisticLoss: RunnableDescription, BottomDetermining {
  static let type = "MultinomialLogisticLoss"

  init(_ parameter: LayerParameter, in context: DescriptionContext) {}

  var arity: Arity { .loss }

  /// A scalar.
  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    try checkBatchSizes(bottom)
    guard bottom[1].count == bottom[1][0] else {
      throw LayerError.bottom(index: 1, shape: bottom[1], "must have one label per image")
    }
    return [[]]
  }

  /// The labels.
  static let determined: Set<Int> = [1]
  /// The labels.
  func shape(ofBottom index: Int, among bottom: [Shape]) -> Shape? { [bottom[0].legacy(0)] }

  /// Holds: the channels are classes.
  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    .holdsAll(bottom, "MultinomialLogisticLoss: the channels are classes")
  }

  func defaultLossWeight(top index: Int) -> Float { 1 }
  /// Not to the labels.
  func allowsBackward(bottom index: Int) -> Bool { index == 0 }
  func makeLayer(_ bottom: [Shape], in context: LayerContext) -> any Layer {
    MultinomialLogisticLossLayer(self)
  }
}

/// Computes loss and gradient.
final class MultinomialLogisticLossLayer: Layer {
  private let description: MultinomialLogisticLoss

  init(_ description: MultinomialLogisticLoss) { self.description = description }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    top[0].reshape(try description.topShapes(bottom.map(\.shape))[0])
  }

  func forward(bottom: [Blob], top: [Blob]) throws {
    var sum: Float = 0
    try forEachLabel(bottom) { _, probability in sum -= log(probability) }
    top[0].mutableData[0] = sum / Float(bottom[0].shape[0])
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    if propagateDown[1] { throw noGradient("MultinomialLogisticLoss", bottom: 1, bottom[1]) }
    guard propagateDown[0] else { return }
    let gradient = bottom[0].mutableDiff
    gradient.fill(0)
    let factor = -top[0].diff[0] / Float(bottom[0].shape[0])
    try forEachLabel(bottom) { index, probability in gradient[index] = factor / probability }
  }

  /// Calls `body` with the index of every label's probability, and the probability.
  private func forEachLabel(_ bottom: [Blob], _ body: (Int, Float) -> Void) throws {
    let probabilities = bottom[0].data
    let classes = bottom[0].shape.count(from: 1)
    let labels = Labels(bottom[1], classes: classes)
    for image in 0..<bottom[0].shape[0] {
      guard let label = try labels.at(image) else { continue }
      let index = image * classes + label
      body(index, max(probabilities[index], logThreshold))
    }
  }
}
