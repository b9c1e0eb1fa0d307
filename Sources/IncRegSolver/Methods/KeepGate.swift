import Glibc

/// The gates of a family: how likely each group is to be kept in a pass, so that on average the share `keep` is.
///
/// p = min(1 / (1 + exp(x)) + 0.01, 1), x = slope * (ln beta1 - ln(strength + 1e-8)) within -20 and 20, where beta1 is
/// such that the mean of p is `keep`. The gradient of the loss by `keep` is that of the probabilities, weighted by how
/// much each grows with beta1, times their number; strengths, slope and the bound of 1 are left out of it.
///
/// Source: Ning et al., DSA, ECCV 2020; walkerning/differentiable-sparsity-allocation.
struct KeepGate: Sendable {
  /// ln beta1.
  let logThreshold: Double
  private let logStrengths: [Double]
  private let slope: Double

  /// How near ln beta1 must be to the root, which is also the relative error of beta1.
  private static let tolerance = 1e-12
  private static let widest = 20.0
  private static let least = 0.01

  /// - Parameter strengths: of the groups that live; there is at least one
  init(_ strengths: [Double], keep: Double, slope: Double) {
    let logs = strengths.map { log($0 + 1e-8) }
    func mean(_ threshold: Double) -> Double {
      logs.reduce(0) { $0 + Self.probability(slope * (threshold - $1)) } / Double(logs.count)
    }
    // Beyond these all x are at their bounds.
    var (low, high) = ((logs.min() ?? 0) - Self.widest / slope, (logs.max() ?? 0) + Self.widest / slope)
    while high - low > Self.tolerance {
      let middle = (low + high) / 2
      guard middle > low, middle < high else { break }
      if mean(middle) > keep { low = middle } else { high = middle }
    }
    (logStrengths, self.slope, logThreshold) = (logs, slope, (low + high) / 2)
  }

  private static func probability(_ x: Double) -> Double {
    min(1 / (1 + exp(min(max(x, -widest), widest))) + least, 1)
  }

  /// The probability of every group.
  var probabilities: [Double] { logStrengths.map { Self.probability(slope * (logThreshold - $0)) } }

  /// How far every group is above the threshold, as a logarithm. The lowest goes first.
  var margins: [Double] { logStrengths.map { $0 - logThreshold } }

  /// The gradient by `keep`, from that by the probabilities.
  func gradient(_ byProbability: [Double]) -> Double {
    let growth = logStrengths.map { strength in
      let x = slope * (logThreshold - strength)
      return x - 2 * (log(1 + exp(-min(abs(x), 50))) + max(x, 0))
    }
    let highest = growth.max() ?? 0
    let weights = growth.map { exp(max($0 - highest, -50)) }
    let sum = weights.reduce(0, +)
    return Double(weights.count) * zip(byProbability, weights).reduce(0) { $0 + $1.0 * $1.1 } / sum
  }
}
