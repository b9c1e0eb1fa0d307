import CaffeProto
import Engine
import NetModel

/// Half the mean squared distance of two blobs' images (Caffe: euclidean_loss_layer.cpp).
struct EuclideanLoss: ElementwiseLoss {
  static let type = "EuclideanLoss"

  init(_ parameter: LayerParameter, in context: DescriptionContext) {}

  func makeLayer(_ bottom: [Shape], in context: LayerContext) -> any Layer { EuclideanLossLayer(self) }
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
