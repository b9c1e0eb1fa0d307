import Glibc

/// The random numbers of one run (xoshiro256**, seeded by SplitMix64): the same seed gives the same run.
///
/// Caffe draws from boost's mt19937; distributions are the same, single numbers are not.
public final class RandomSource: RandomNumberGenerator {
  private var state: (UInt64, UInt64, UInt64, UInt64)
  private var spareGaussian: Float?

  /// Makes a source; `random_seed` < 0 in a solver means a seed from the system.
  public init(seed: Int) {
    var mixed = SplitMix(state: seed >= 0 ? UInt64(seed) : UInt64.random(in: 0 ... .max))
    state = (mixed.next(), mixed.next(), mixed.next(), mixed.next())
  }

  /// Makes a source whose numbers follow from all of `words`.
  public init(mixing words: [UInt64]) {
    var mixed = SplitMix(state: 0)
    for word in words { mixed.state = mixed.next() ^ word }
    state = (mixed.next(), mixed.next(), mixed.next(), mixed.next())
  }

  /// Makes well mixed words of any one.
  private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  /// The next 64 random bits.
  public func next() -> UInt64 {
    func rotate(_ x: UInt64, _ k: UInt64) -> UInt64 { (x << k) | (x >> (64 - k)) }
    let result = rotate(state.1 &* 5, 7) &* 9
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = rotate(state.3, 45)
    return result
  }

  /// A float in [0, 1).
  public func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// A float in [low, high).
  public func uniform(_ low: Float, _ high: Float) -> Float { low + (high - low) * uniform() }

  /// A normally distributed float (Box-Muller).
  public func gaussian(mean: Float = 0, deviation: Float = 1) -> Float {
    if let spare = spareGaussian {
      spareGaussian = nil
      return mean + deviation * spare
    }
    let radius = (-2 * log(1 - Double(uniform()))).squareRoot()
    let angle = 2 * Double.pi * Double(uniform())
    spareGaussian = Float(radius * sin(angle))
    return mean + deviation * Float(radius * cos(angle))
  }

  /// Everything that decides the numbers to come, for snapshots.
  public var snapshot: [UInt64] {
    get { [state.0, state.1, state.2, state.3, spareGaussian.map { UInt64($0.bitPattern) | 1 << 32 } ?? 0] }
    set {
      precondition(newValue.count == 5, "a random state has five words")
      state = (newValue[0], newValue[1], newValue[2], newValue[3])
      spareGaussian = newValue[4] == 0 ? nil : Float(bitPattern: UInt32(truncatingIfNeeded: newValue[4]))
    }
  }
}
