import Engine
import NetModel

/// What is added to a layer's top, behind factors by channel: in a residual net the shortcut beside a branch's last
/// convolution.
struct Shortcut {
  /// The summand's number among the net's blobs.
  let blob: Int
  /// The factors of the layer's channels on the way to the sum.
  let factors: [Double]
}

extension Net {
  /// The sum behind layer `index`, where only factors and summands by channel lie between, and where the other
  /// summand is complete before the layer runs; nil where there is none.
  func shortcut(behind index: Int) -> Shortcut? {
    var factors = [Double](repeating: 1, count: layers[index].described.topShapes[0].legacy(1))
    var blob = layers[index].described.top[0]
    for layer in layers[(index + 1)...] {
      guard let position = layer.described.bottom.firstIndex(of: blob) else { continue }
      switch layer.layer.epilogue(on: position, of: layer.bottom) {
      case .normalization(_, let statistics):
        for (channel, deviation) in statistics().deviation.enumerated() { factors[channel] /= Double(deviation) }
      case .affine(let values):
        guard let scale = values.scale?.data else { break }
        for channel in factors.indices { factors[channel] *= Double(scale[channel]) }
      case .sum:
        let other = layer.described.bottom[1 - position]
        let isThere = !layers[index...].contains { $0 !== layer && $0.described.top.contains(other) }
        return isThere ? Shortcut(blob: other, factors: factors) : nil
      case .rectifier, nil: return nil
      }
      blob = layer.described.top[0]
    }
    return nil
  }

  /// The position of a normalisation with running statistics that is the first to read what layer `index` makes; nil
  /// where there is none.
  func normalisation(behind index: Int) -> Int? {
    let top = layers[index].described.top[0]
    let next = layers.indices.first { $0 > index && layers[$0].described.bottom.contains(top) }
    return next.flatMap { layers[$0].layer is any StatisticsLayer ? $0 : nil }
  }
}
