import CaffeProto
import Engine
import NetModel

/// Half the mean squared distance of two blobs' images (Caffe: euclidean_loss_layer.cpp).
public struct EuclideanLoss: RunnableDescription, BottomDetermining {
  /// The name in prototxts.
  public static let type = "EuclideanLoss"

  /// Has no parameters.
  public init(_ parameter: LayerParameter, in context: DescriptionContext) {}

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
    .holdsAll(bottom, "EuclideanLoss compares the elements with targets")
  }

  /// 1.
  public func defaultLossWeight(top index: Int) -> Float { 1 }
  /// A plain layer.
  public func makeLayer(_ bottom: [Shape], in context: LayerContext) -> any Layer { EuclideanLossLayer(self) }
}

/// Computes loss and gradients.
final class EuclideanLossLayer: Layer {
  private let description: EuclideanLoss

  init(_ description: EuclideanLoss) { self.description = description }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    top[0].reshape(try description.topShapes(bottom.map(\.shape))[0])
  }

  func forward(bottom: [Blob], top: [Blob]) {
    let (a, b) = (bottom[0].data, bottom[1].data)
    var sum: Float = 0
    for i in a.indices { sum += (a[i] - b[i]) * (a[i] - b[i]) }
    top[0].mutableData[0] = sum / Float(bottom[0].shape[0]) / 2
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) {
    let (a, b) = (bottom[0].data, bottom[1].data)
    for (index, sign) in [(0, Float(1)), (1, -1)] where propagateDown[index] {
      let factor = sign * top[0].diff[0] / Float(bottom[index].shape[0])
      let gradient = bottom[index].mutableDiff
      for i in gradient.indices { gradient[i] = factor * (a[i] - b[i]) }
    }
  }
}
