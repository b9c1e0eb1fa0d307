import CaffeProto
import Engine
import NetModel

/// One-versus-all hinge loss of class scores, linear or squared (Caffe: hinge_loss_layer.cpp).
struct HingeLoss: RunnableDescription, BottomDetermining {
  static let type = "HingeLoss"
  private let squared: Bool

  /// Reads `norm`.
  init(_ parameter: LayerParameter, in context: DescriptionContext) {
    squared = parameter.hingeLossParam.norm == .l2
  }

  var arity: Arity { .loss }

  /// A scalar.
  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    try checkBatchSizes(bottom)
    return [[]]
  }

  /// The labels.
  static let determined: Set<Int> = [1]
  /// The labels.
  func shape(ofBottom index: Int, among bottom: [Shape]) -> Shape? { [bottom[0].legacy(0)] }

  /// Holds: the channels are classes.
  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    .holdsAll(bottom, "HingeLoss: the channels are classes")
  }

  func defaultLossWeight(top index: Int) -> Float { 1 }
  /// Not to the labels.
  func allowsBackward(bottom index: Int) -> Bool { index == 0 }
  func makeLayer(_ bottom: [Shape], in context: LayerContext) -> any Layer { HingeLossLayer(squared: squared) }
}

/// Computes loss and gradient.
final class HingeLossLayer: Layer {
  private let squared: Bool

  init(squared: Bool) { self.squared = squared }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    try checkBatchSizes(bottom.map(\.shape))
    top[0].reshape([])
  }

  func forward(bottom: [Blob], top: [Blob]) throws {
    var sum: Float = 0
    try forEachMargin(bottom) { _, _, margin in sum += squared ? margin * margin : margin }
    top[0].mutableData[0] = sum / Float(bottom[0].shape[0])
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    if propagateDown[1] { throw noGradient("HingeLoss", bottom: 1, bottom[1]) }
    guard propagateDown[0] else { return }
    let factor = top[0].diff[0] / Float(bottom[0].shape[0])
    let gradient = bottom[0].mutableDiff
    try forEachMargin(bottom) { index, sign, margin in
      gradient[index] = sign * factor * (squared ? 2 * margin : margin > 0 ? 1 : 0)
    }
  }

  /// Calls `body` with every score's index, the sign of its gradient, and how much of the margin is missing.
  private func forEachMargin(_ bottom: [Blob], _ body: (Int, Float, Float) -> Void) throws {
    let scores = bottom[0].data
    let classes = bottom[0].shape.count(from: 1)
    let labels = Labels(bottom[1], classes: classes)
    for image in 0..<bottom[0].shape[0] {
      let label = try labels.at(image)
      for j in 0..<classes {
        let index = image * classes + j
        let sign: Float = j == label ? -1 : 1
        body(index, sign, max(0, 1 + sign * scores[index]))
      }
    }
  }
}
