import Engine
import NetModel

/// A batch normalisation by the statistics of all ranks' batches together, on top of one for each rank's own. With equal
/// batches, N ranks so compute what one computes from a batch N times as large.
///
/// What goes between ranks are C means and C variances forward, and the two sums per channel backward that the gradient
/// of the statistics is made of.
final class SynchronizedBatchNorm: BatchNormOperator {
  private let shape: BatchNormShape
  private let own: any BatchNormOperator
  private let communicator: any Communicator
  /// Takes the sums: its gradients are those of a factor and a summand per channel.
  private let sums: ChannelAffine
  /// What the statistics' gradient adds to the bottom's: per channel a factor of the bottom and a summand.
  private let correction: Blob
  private let factors: Blob
  private let summands: Blob

  init(_ shape: BatchNormShape, on backend: any Backend, _ communicator: any Communicator) throws {
    var affine = shape
    affine.isAffine = true
    (self.shape, own, self.communicator) = (affine, try backend.batchNorm(affine), communicator)
    let channels: Shape = [shape.shape[1]]
    sums = ChannelAffine(scale: Blob(shape: channels), shift: Blob(shape: channels))
    (factors, summands) = (Blob(shape: channels), Blob(shape: channels))
    correction = Blob(shape: shape.shape, layout: shape.layout)
  }

  func forwardTraining(
    bottom: Blob, top: Blob, affine: ChannelAffine?, mean: MutableFloatView, variance: MutableFloatView
  ) throws {
    try own.forwardTraining(bottom: bottom, top: top, affine: take(affine), mean: mean, variance: variance)
    let (ownMean, ownVariance) = (mean.map(Double.init), variance.map(Double.init))
    let all = try communicator.gather(ownMean + ownVariance)
    let channels = mean.count
    for channel in 0..<channels {
      let center = all.reduce(0) { $0 + $1[channel] } / Double(all.count)
      let spread = all.reduce(0) { $0 + $1[channels + channel] + ($1[channel] - center) * ($1[channel] - center) }
      (mean[channel], variance[channel]) = (Float(center), Float(spread / Double(all.count)))
    }
    try forward(bottom: bottom, top: top, affine: affine, mean: mean.readOnly, variance: variance.readOnly)
  }

  func forward(bottom: Blob, top: Blob, affine: ChannelAffine?, mean: FloatView, variance: FloatView) throws {
    try own.forward(bottom: bottom, top: top, affine: take(affine), mean: mean, variance: variance)
  }

  /// With s the factor, d the deviation and x' the normalised bottom, dx = s / d (dy - mean(dy) - x' mean(dy x')): the first
  /// term is the gradient where statistics are constants, the means are over all ranks.
  func backwardTraining(top: Blob, bottom: Blob, affine: ChannelAffine?, mean: FloatView, variance: FloatView) throws {
    try backward(top: top, bottom: bottom, affine: affine, mean: mean, variance: variance)
    guard let scale = sums.scale, let shift = sums.shift else { return }
    let means = try communicator.means(of: Array(shift.diff) + Array(scale.diff))
    let (channels, samples) = (mean.count, Float(shape.shape.count / mean.count))
    for channel in 0..<channels {
      let inverse = 1 / (variance[channel] + shape.epsilon).squareRoot()
      let slope = means[channels + channel] / samples * inverse
      factors.mutableData[channel] = -scale.data[channel] * inverse * slope
      summands.mutableData[channel] =
        -scale.data[channel] * inverse * (means[channel] / samples - slope * mean[channel])
    }
    correction.mutableData.setAffine(
      bottom.data, scale: factors.data, shift: summands.data, shape: shape.shape, layout: shape.layout)
    bottom.mutableDiff.add(1, times: correction.data)
  }

  func backward(top: Blob, bottom: Blob, variance: FloatView) throws {
    try own.backward(top: top, bottom: bottom, variance: variance)
  }

  func backward(top: Blob, bottom: Blob, affine: ChannelAffine?, mean: FloatView, variance: FloatView) throws {
    try own.backward(top: top, bottom: bottom, affine: take(affine), mean: mean, variance: variance)
    for (blob, sum) in [(affine?.scale, sums.scale), (affine?.shift, sums.shift)] {
      if let blob, let sum { blob.mutableDiff.add(1, times: sum.diff) }
    }
  }

  /// Factors and summands with gradients of zero; 1 and 0 where there are none.
  private func take(_ affine: ChannelAffine?) -> ChannelAffine {
    for (sum, blob, absent) in [(sums.scale, affine?.scale, 1), (sums.shift, affine?.shift, 0)]
      as [(Blob?, Blob?, Float)]
    {
      if let blob { sum?.mutableData.copy(blob.data) } else { sum?.mutableData.fill(absent) }
      sum?.mutableDiff.fill(0)
    }
    return sums
  }
}

extension LayerContext {
  /// A batch normalisation, by the statistics of all ranks where the run wants them.
  func batchNorm(_ shape: BatchNormShape) throws -> any BatchNormOperator {
    guard let ranks, ranks.synchronizesBatchNorm else { return try backend.batchNorm(shape) }
    return try SynchronizedBatchNorm(shape, on: backend, ranks.communicator)
  }

  /// How many values a channel's statistics are taken of, where this rank has so many.
  func normalised(_ values: Int) -> Float {
    Float(values * (ranks.map { $0.synchronizesBatchNorm ? $0.communicator.count : 1 } ?? 1))
  }
}
