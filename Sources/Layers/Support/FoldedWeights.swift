import Engine

/// A convolution's weight and bias with the normalisations and scales behind it multiplied in: with y = s (w x + b) + t
/// the weight is s w and the bias s b + t, per output channel.
final class FoldedWeights {
  /// As the convolution's own, (O, C / group, kh, kw).
  let weight: Blob
  /// O summands.
  let bias: Blob

  private let original: (weight: Blob, bias: Blob?)
  private var steps: [Epilogue] = []
  private var sources: [Blob]
  /// What the sources were when they were last folded.
  private var versions: [Int] = []

  init(weight: Blob, bias: Blob?) {
    original = (weight, bias)
    self.weight = Blob(shape: weight.shape)
    self.bias = Blob(shape: [weight.shape[0]])
    sources = [weight] + (bias.map { [$0] } ?? [])
  }

  /// Adds an affine map that comes after all those before.
  func append(_ step: Epilogue) {
    steps.append(step)
    switch step {
    case .affine(let values): sources += [values.scale, values.shift].compactMap { $0 }
    case .normalization(let blobs, _): sources += blobs
    case .rectifier: preconditionFailure("a rectifier is no affine map")
    }
  }

  /// Folds anew if any source has changed.
  func renew() {
    let now = sources.map(\.dataVersion)
    guard now != versions else { return }
    versions = now
    let outputs = bias.count
    var scale = [Float](repeating: 1, count: outputs)
    var shift = original.bias.map { Array($0.data) } ?? [Float](repeating: 0, count: outputs)
    for step in steps {
      let (factor, summand) = Self.affine(step, outputs)
      for channel in 0..<outputs {
        scale[channel] *= factor[channel]
        shift[channel] = shift[channel] * factor[channel] + summand[channel]
      }
    }
    bias.mutableData.copy(shift)
    let (values, size) = (weight.mutableData, weight.count / max(1, outputs))
    values.copy(original.weight.data)
    for channel in 0..<outputs { values.part(channel * size, count: size).multiply(by: scale[channel]) }
  }

  /// A step as factor and summand per channel.
  private static func affine(_ step: Epilogue, _ channels: Int) -> (factor: [Float], summand: [Float]) {
    switch step {
    case .affine(let values):
      return (
        values.scale.map { Array($0.data) } ?? [Float](repeating: 1, count: channels),
        values.shift.map { Array($0.data) } ?? [Float](repeating: 0, count: channels)
      )
    case .normalization(_, let statistics):
      let (mean, deviation) = statistics()
      return (deviation.map { 1 / $0 }, zip(mean, deviation).map { -$0 / $1 })
    case .rectifier:
      preconditionFailure("a rectifier is no affine map")
    }
  }
}
