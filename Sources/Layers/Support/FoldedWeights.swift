import Engine

/// A convolution's weight and bias with the normalisations and scales behind it multiplied in: with y = s (w x + b) + t
/// the weight is s w and the bias s b + t, per output channel.
final class FoldedWeights {
  /// As the convolution's own, (O, C / group, kh, kw).
  let weight: Blob
  /// O summands.
  let bias: Blob

  private let original: (weight: Blob, bias: Blob?)
  private var steps: [() -> Affine] = []
  private var sources: [Blob]
  /// What the sources were when they were last folded.
  private var versions: [Int] = []

  /// A factor and a summand per channel.
  typealias Affine = (factor: [Float], summand: [Float])

  init(weight: Blob, bias: Blob?) {
    original = (weight, bias)
    self.weight = Blob(shape: weight.shape)
    self.bias = Blob(shape: [weight.shape[0]])
    sources = [weight] + (bias.map { [$0] } ?? [])
  }

  /// Adds an affine map that comes after all those before, made from blobs.
  func append(sources: [Blob], _ step: @escaping () -> Affine) {
    steps.append(step)
    self.sources += sources
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
      let (factor, summand) = step()
      for channel in 0..<outputs {
        scale[channel] *= factor[channel]
        shift[channel] = shift[channel] * factor[channel] + summand[channel]
      }
    }
    bias.mutableData.copy(shift)
    let (values, size) = (weight.mutableData, weight.count / max(1, outputs))
    original.weight.copyData(to: values)
    for channel in 0..<outputs { values.part(channel * size, count: size).multiply(by: scale[channel]) }
  }
}
