import NetModel

/// Batch normalisation by loops over channels (Caffe: `batch_norm_layer.cpp`).
final class ReferenceBatchNorm: BatchNormOperator {
  private let shape: BatchNormShape

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

  func forwardTraining(
    bottom: Blob, top: Blob, affine: ChannelAffine?, mean: MutableFloatView, variance: MutableFloatView
  ) throws {
    let x = bottom.data.pointer
    for channel in 0..<shape.shape[1] {
      var (sum, squares) = (0.0, 0.0)
      forEachElement(of: channel) { sum += Double(x[$0]) }
      let center = sum / samples
      forEachElement(of: channel) { squares += (Double(x[$0]) - center) * (Double(x[$0]) - center) }
      mean[channel] = Float(center)
      variance[channel] = Float(squares / samples)
    }
    try forward(bottom: bottom, top: top, affine: affine, mean: mean.readOnly, variance: variance.readOnly)
  }

  func forward(bottom: Blob, top: Blob, affine: ChannelAffine?, mean: FloatView, variance: FloatView) throws {
    let (x, y) = (bottom.data.pointer, top.mutableData.pointer)
    for channel in 0..<shape.shape[1] {
      let (center, deviation) = (mean[channel], deviation(variance[channel]))
      let (scale, shift) = (affine?.scale?.data[channel] ?? 1, affine?.shift?.data[channel] ?? 0)
      forEachElement(of: channel) {
        let value = (x[$0] - center) / deviation * scale + shift
        y[$0] = shape.rectifies ? max(value, 0) : value
      }
    }
  }

  func backwardTraining(
    top: Blob, bottom: Blob, affine: ChannelAffine?, mean: FloatView, variance: FloatView
  ) throws {
    backward(top, bottom, affine, mean, variance, areGiven: false)
  }

  func backward(top: Blob, bottom: Blob, affine: ChannelAffine?, mean: FloatView, variance: FloatView) throws {
    backward(top, bottom, affine, mean, variance, areGiven: true)
  }

  private func backward(
    _ top: Blob, _ bottom: Blob, _ affine: ChannelAffine?, _ mean: FloatView, _ variance: FloatView, areGiven: Bool
  ) {
    let (x, dy, dx) = (bottom.data.pointer, top.diff.pointer, bottom.mutableDiff.pointer)
    for channel in 0..<shape.shape[1] {
      let (center, deviation) = (mean[channel], deviation(variance[channel]))
      let (scale, shift) = (affine?.scale?.data[channel] ?? 1, affine?.shift?.data[channel] ?? 0)
      func normalised(_ index: Int) -> Float { (x[index] - center) / deviation }
      func through(_ index: Int) -> Float {
        shape.rectifies && normalised(index) * scale + shift <= 0 ? 0 : dy[index]
      }
      var (sum, product) = (0.0, 0.0)
      forEachElement(of: channel) {
        sum += Double(through($0))
        product += Double(through($0)) * Double(normalised($0))
      }
      affine?.scale?.mutableDiff[channel] += Float(product)
      affine?.shift?.mutableDiff[channel] += Float(sum)
      let (mean, slope) = areGiven ? (0, 0) : (Float(sum / samples), Float(product / samples))
      forEachElement(of: channel) { dx[$0] = (through($0) - mean - slope * normalised($0)) * scale / deviation }
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
