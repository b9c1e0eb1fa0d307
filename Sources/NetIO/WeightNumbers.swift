import CaffeProto

/// Values of an array of weights that are no numbers, infinite, or so small that processors compute them slowly.
public struct WeightNumbers: Sendable {
  /// What is wrong with values.
  public enum Kind: String, Sendable, CaseIterable {
    /// They are no numbers.
    case nan = "NaN"
    /// They are infinite.
    case infinite
    /// They are below the smallest normal number.
    case denormal
  }

  /// The layer's name.
  public let layer: String
  /// The blob's position in the layer.
  public let blob: Int
  /// What they are.
  public let kind: Kind
  /// How many of them there are.
  public let count: Int
  /// How many values the blob has.
  public let total: Int

  /// All of that in a sentence without its end.
  public var text: String { "layer '\(layer)', blob \(blob): \(count) of \(total) values are \(kind.rawValue)" }

  /// Those of some weights, in their order.
  public static func strange(in weights: WeightSet) -> [WeightNumbers] {
    weights.layers.flatMap { layer in
      layer.blobs.enumerated().flatMap { index, blob in
        counts(blob.data).map { kind, count in
          WeightNumbers(layer: layer.name, blob: index, kind: kind, count: count, total: blob.data.count)
        }
      }
    }
  }

  private static func counts(_ values: Floats) -> [(Kind, Int)] {
    // A loop without branches first: weights are many, and hardly ever strange.
    let some = values.withUnsafeBufferPointer { values in
      var some: UInt32 = 0
      for value in values {
        let (exponent, fraction) = (value.bitPattern & 0x7f80_0000, value.bitPattern & 0x7f_ffff)
        some &+= exponent == 0x7f80_0000 || exponent == 0 && fraction != 0 ? 1 : 0
      }
      return some
    }
    guard some != 0 else { return [] }
    let tests: [(Kind, (Float) -> Bool)] = [(.nan, \.isNaN), (.infinite, \.isInfinite), (.denormal, \.isSubnormal)]
    return tests.map { kind, holds in (kind, values.count(where: holds)) }.filter { $0.1 > 0 }
  }
}
