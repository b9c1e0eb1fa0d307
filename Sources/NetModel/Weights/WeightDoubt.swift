import CaffeProto

/// Something strange about weights that can be read and computed with all the same.
public struct WeightDoubt: Sendable, Equatable {
  /// What it is.
  public enum Kind: String, Sendable, CaseIterable {
    /// Values that are no numbers.
    case nan = "NaN"
    /// Infinite values.
    case infinite
    /// Values below the smallest normal number, which processors compute slowly.
    case denormal
    /// What the layer's type doubts, as negative variances.
    case statistics
  }

  /// The layer's name.
  public let layer: String
  /// What it is.
  public let kind: Kind
  /// All of it in a sentence without its end, with the layer's name.
  public let text: String

  /// All that is strange about weights, in their order.
  ///
  /// - Parameters:
  ///   - layers: names of layers with their blobs' values
  ///   - net: what the weights are for; nil where only the numbers can be looked at
  public static func all(
    in layers: some Sequence<(name: String, blobs: [Floats])>, for net: NetDescription?
  ) -> [WeightDoubt] {
    layers.flatMap { layer in
      numbers(of: layer.name, layer.blobs) + (net.map { statistics(of: layer.name, layer.blobs, in: $0) } ?? [])
    }
  }

  private static func numbers(of layer: String, _ blobs: [Floats]) -> [WeightDoubt] {
    blobs.enumerated().flatMap { index, values in
      counts(values).map { kind, count in
        WeightDoubt(
          layer: layer, kind: kind,
          text: "layer '\(layer)', blob \(index): \(count) of \(values.count) values are \(kind.rawValue)")
      }
    }
  }

  private static func counts(_ values: Floats) -> [(Kind, Int)] {
    // A loop without branches first: weights are many, and hardly ever strange.
    let some = values.withUnsafeBufferPointer { values in
      var some: UInt32 = 0
      for value in values {
        let (exponent, fraction) = (value.bitPattern & 0x7f80_0000, value.bitPattern & 0x7f_ffff)
        some |= exponent == 0x7f80_0000 || exponent == 0 && fraction != 0 ? 1 : 0
      }
      return some
    }
    guard some != 0 else { return [] }
    let tests: [(Kind, (Float) -> Bool)] = [(.nan, \.isNaN), (.infinite, \.isInfinite), (.denormal, \.isSubnormal)]
    return tests.map { kind, holds in (kind, values.count(where: holds)) }.filter { $0.1 > 0 }
  }

  /// What the type of a layer doubts, without a look at the other numbers.
  ///
  /// - Parameters:
  ///   - layer: the layer's name
  ///   - blobs: its blobs' values
  ///   - net: what the weights are for
  public static func statistics(of layer: String, _ blobs: [Floats], in net: NetDescription) -> [WeightDoubt] {
    guard let index = net.index(ofLayer: layer),
      let type = net.layers[index].description as? any ParameterNormalizing,
      blobs.map(\.count) == net.layers[index].blobs.map(\.shape.count)
    else { return [] }
    return type.doubts(blobs).map { WeightDoubt(layer: layer, kind: .statistics, text: "layer '\(layer)': \($0)") }
  }
}
