import CaffeProto
import Engine
import NetModel

/// Draws the features of similar pairs together and pushes those of others a margin apart (Caffe:
/// contrastive_loss_layer.cpp; Hadsell et al., 2006). Bottoms: features a and b (batch, channels), similarity (batch).
struct ContrastiveLoss: RunnableDescription, BottomDetermining {
  static let type = "ContrastiveLoss"
  private let margin: Float
  private let legacy: Bool

  /// Reads `margin` and `legacy_version`, which compares the margin with the squared distance.
  init(_ parameter: LayerParameter, in context: DescriptionContext) {
    margin = parameter.contrastiveLossParam.margin
    legacy = parameter.contrastiveLossParam.legacyVersion
  }

  var arity: Arity { Arity(bottom: 3...3, top: 1...1, automaticTops: true) }

  /// A scalar.
  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    try checkBatchSizes(bottom)
    for index in 0...1 where bottom[index].count != bottom[0][0] * bottom[0].legacy(1) {
      throw LayerError.bottom(
        index: index, shape: bottom[index], "must be (batch, channels), \(bottom[0][0]) x \(bottom[0].legacy(1))")
    }
    guard bottom[2].count == bottom[0][0], bottom[2].legacy(0) == bottom[2].count else {
      throw LayerError.bottom(index: 2, shape: bottom[2], "must have one element per pair, \(bottom[0][0])")
    }
    return [[]]
  }

  /// The similarities.
  static let determined: Set<Int> = [2]
  /// The similarities.
  func shape(ofBottom index: Int, among bottom: [Shape]) -> Shape? { [bottom[0].legacy(0)] }

  /// Holds: the features are compared.
  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    .holdsAll(bottom, "ContrastiveLoss compares the features")
  }

  func defaultLossWeight(top index: Int) -> Float { 1 }
  /// Not to the similarities.
  func allowsBackward(bottom index: Int) -> Bool { index != 2 }
  func makeLayer(_ bottom: [Shape], in context: LayerContext) -> any Layer {
    ContrastiveLossLayer(self, margin: margin, legacy: legacy)
  }
}

/// Computes loss and gradients.
final class ContrastiveLossLayer: Layer {
  private let description: ContrastiveLoss
  private let margin: Float
  private let legacy: Bool

  init(_ description: ContrastiveLoss, margin: Float, legacy: Bool) {
    self.description = description
    self.margin = margin
    self.legacy = legacy
  }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    top[0].reshape(try description.topShapes(bottom.map(\.shape))[0])
  }

  func forward(bottom: [Blob], top: [Blob]) {
    var sum: Float = 0
    forEachPair(bottom) { pair, squaredDistance in
      if isSimilar(bottom[2], pair) {
        sum += squaredDistance
      } else if legacy {
        sum += max(margin - squaredDistance, 0)
      } else {
        let missing = max(margin - squaredDistance.squareRoot(), 0)
        sum += missing * missing
      }
    }
    top[0].mutableData[0] = sum / Float(bottom[0].shape[0]) / 2
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    if propagateDown[2] { throw noGradient("ContrastiveLoss", bottom: 2, bottom[2]) }
    let (a, b) = (bottom[0].data, bottom[1].data)
    let channels = bottom[0].shape.legacy(1)
    for (index, sign) in [(0, Float(1)), (1, -1)] where propagateDown[index] {
      let alpha = sign * top[0].diff[0] / Float(bottom[index].shape[0])
      let gradient = bottom[index].mutableDiff
      forEachPair(bottom) { pair, squaredDistance in
        let factor = isSimilar(bottom[2], pair) ? alpha : -alpha * push(squaredDistance)
        for i in pair * channels..<(pair + 1) * channels { gradient[i] = factor * (a[i] - b[i]) }
      }
    }
  }

  /// How strongly a dissimilar pair is pushed apart.
  private func push(_ squaredDistance: Float) -> Float {
    if legacy { return margin > squaredDistance ? 1 : 0 }
    let distance = squaredDistance.squareRoot()
    return max(margin - distance, 0) / (distance + 1e-4)
  }

  private func isSimilar(_ blob: Blob, _ pair: Int) -> Bool { abs(blob.data[pair]) >= 1 }

  private func forEachPair(_ bottom: [Blob], _ body: (Int, Float) -> Void) {
    let (a, b) = (bottom[0].data, bottom[1].data)
    let channels = bottom[0].shape.legacy(1)
    for pair in 0..<bottom[0].shape[0] {
      var sum: Float = 0
      for i in pair * channels..<(pair + 1) * channels { sum += (a[i] - b[i]) * (a[i] - b[i]) }
      body(pair, sum)
    }
  }
}
