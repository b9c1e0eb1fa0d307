import Engine
import NetModel

/// What a channel is worth, from the weights alone.
public enum Importance: String, CaseIterable, Sendable {
  /// The mean magnitude of the weights that make it (Li et al. 2017).
  case l1
  /// The root of the mean square of the weights that make it.
  case l2
  /// The magnitude of the factor by which a Scale layer multiplies it (Liu et al. 2017).
  case bn
  /// A random number: what any better measure has to beat.
  case random
}

extension ChannelGraph {
  /// The worth of every dependency group on any of its members' makers or, for `bn`, factors: the sum over them.
  ///
  /// - Returns: by group; groups without such members are absent
  func worth(_ importance: Importance, weights: [String: [WeightBlob]], random: RandomSource) -> [Int: Double] {
    var result: [Int: Double] = [:]
    let ports =
      importance == .bn
      ? modulators.filter { net.layers[$0.layer].blobs[$0.blob].role == .factor }
      : makers.filter { net.layers[$0.layer].blobs[$0.blob].role == .weight }
    for port in ports {
      guard let blob = weights[net.layers[port.layer].name]?[port.blob] else { continue }
      let inner = blob.shape.count(from: port.axis + 1)
      let outer = blob.shape.count(from: 0, to: port.axis)
      blob.data.withUnsafeBufferPointer { values in
        for channel in 0..<sites[port.site].channels {
          var sum = 0.0
          for o in 0..<outer {
            let start = (o * blob.shape[port.axis] + channel) * inner
            for k in start..<(start + inner) {
              let value = Double(values[k])
              sum += importance == .l2 ? value * value : abs(value)
            }
          }
          let mean = sum / Double(outer * inner)
          result[group(port.site, channel), default: 0] += importance == .l2 ? mean.squareRoot() : mean
        }
      }
    }
    if importance == .random {
      for group in result.keys.sorted() { result[group] = Double(random.uniform()) }
    }
    return result
  }
}
