import Glibc

/// Random numbers that depend on a seed alone (SplitMix64), so that the same seed writes the same files everywhere.
struct Randomness {
  private var state: UInt64

  /// Every (seed, stream) pair gives its own numbers: images do not depend on how many were drawn before them.
  init(seed: UInt64, stream: UInt64) {
    state = seed &* 0xD134_2543_DE82_EF95 &+ stream &* 0x9E37_79B9_7F4A_7C15
    _ = next()
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// In [low, high).
  mutating func uniform(_ low: Float, _ high: Float) -> Float {
    low + (high - low) * Float(next() >> 40) * 0x1p-24
  }

  /// In 0 ..< count.
  mutating func below(_ count: Int) -> Int { Int(next() >> 33) % count }

  mutating func chance(_ probability: Float) -> Bool { uniform(0, 1) < probability }

  /// Normally distributed around 0, cut off at 2.5 deviations: a digit with a far outlier is another digit.
  mutating func gaussian(_ deviation: Float) -> Float {
    let radius = (-2 * log(1 - uniform(0, 1))).squareRoot()
    return deviation * max(-2.5, min(2.5, radius * cos(2 * .pi * uniform(0, 1))))
  }
}
