/// Which weights a packed copy was made from.
struct WeightState: Equatable {
  private let address: UnsafePointer<Float>
  private let version: Int

  /// As they are now, however they lie.
  init(_ weight: Blob) {
    address = weight.data(in: weight.dataTiles).pointer
    version = weight.dataVersion
  }
}

/// Weights as kernels of our own want them, packed anew when they have changed.
struct PackedWeights {
  private let copy = Storage()
  private var state: WeightState?

  /// The packed weights.
  ///
  /// - Parameters:
  ///   - count: the floats that they take
  ///   - pack: packs weights in the order of their axes
  mutating func values(
    of weight: Blob, count: Int, pack: (UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void
  ) -> UnsafePointer<Float> {
    let now = WeightState(weight)
    if state != now {
      copy.reserve(count)
      weight.readingPlain { pack($0.pointer, copy.pointer(in: nil)) }
      state = now
    }
    return copy.readPointer(in: nil)
  }
}
