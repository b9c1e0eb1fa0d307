import NetModel

/// Batch normalisation by loops over channels (Caffe: `batch_norm_layer.cpp`).
final class ReferenceBatchNorm: BatchNormOperator {
  private let shape: BatchNormShape
  private var variance: [Float] = []

  init(_ shape: BatchNormShape) { self.shape = shape }

  private var samples: Double { Double(shape.shape.count / shape.shape[1]) }

  /// Calls `body` with every element of a channel.
  private func forEachElement(of channel: Int, _ body: (Int) -> Void) {
    let (channels, plane) = (shape.shape[1], shape.shape.count(from: 2))
    for n in 0..<shape.shape[0] {
      let start = (n * channels + channel) * plane
      for i in start..<start + plane { body(i) }
    }
  }

  private func deviation(_ variance: Float) -> Float { (variance + shape.epsilon).squareRoot() }

  func forwardTraining(bottom: Blob, top: Blob, mean: MutableFloatView, variance: MutableFloatView) throws {
    let x = bottom.data.pointer
    for channel in 0..<shape.shape[1] {
      var (sum, squares) = (0.0, 0.0)
      forEachElement(of: channel) { sum += Double(x[$0]) }
      let center = sum / samples
      forEachElement(of: channel) { squares += (Double(x[$0]) - center) * (Double(x[$0]) - center) }
      mean[channel] = Float(center)
      variance[channel] = Float(squares / samples)
    }
    self.variance = Array(variance)
    try forward(bottom: bottom, top: top, mean: mean.readOnly, variance: variance.readOnly)
  }

  func forward(bottom: Blob, top: Blob, mean: FloatView, variance: FloatView) throws {
    let (x, y) = (bottom.data.pointer, top.mutableData.pointer)
    for channel in 0..<shape.shape[1] {
      let (center, deviation) = (mean[channel], deviation(variance[channel]))
      forEachElement(of: channel) { y[$0] = (x[$0] - center) / deviation }
    }
  }

  func backwardTraining(top: Blob, bottom: Blob) throws {
    let (y, dy, dx) = (top.data.pointer, top.diff.pointer, bottom.mutableDiff.pointer)
    for channel in 0..<shape.shape[1] {
      var (sum, product) = (0.0, 0.0)
      forEachElement(of: channel) {
        sum += Double(dy[$0])
        product += Double(dy[$0]) * Double(y[$0])
      }
      let (mean, slope) = (Float(sum / samples), Float(product / samples))
      let deviation = deviation(variance[channel])
      forEachElement(of: channel) { dx[$0] = (dy[$0] - mean - slope * y[$0]) / deviation }
    }
  }

  func backward(top: Blob, bottom: Blob, variance: FloatView) throws {
    let (dy, dx) = (top.diff.pointer, bottom.mutableDiff.pointer)
    for channel in 0..<shape.shape[1] {
      let deviation = deviation(variance[channel])
      forEachElement(of: channel) { dx[$0] = dy[$0] / deviation }
    }
  }
}
