import NetModel

/// The multiply-adds of a net, as they follow from the shares of its families' groups that are kept. Of a layer they are
/// the product of the shares of its filters and of what these read, as of the smaller layer that slimming leaves.
public struct FamilyWork: Sendable {
  private struct Part {
    let family: Int
    let share: Double
  }

  private struct Layer {
    let multiplyAdds: Double
    /// The shares of rows and of columns of the layer's weight that belong to families.
    var parts: (rows: [Part], columns: [Part]) = ([], [])

    func left(_ kept: [Double]) -> (rows: Double, columns: Double) {
      func left(_ parts: [Part]) -> Double { parts.reduce(1) { $0 - $1.share * (1 - kept[$1.family]) } }
      return (left(parts.rows), left(parts.columns))
    }
  }

  /// Multiply-adds of an item, by the net whole.
  public let whole: Double
  private let layers: [Layer]
  private let families: Int

  /// - Parameters:
  ///   - net: the net
  ///   - families: the families
  ///   - counts: which layers count, by position in the net
  public init(_ net: NetDescription, _ families: [GroupFamily], counts: (Int) -> Bool = { _ in true }) {
    var parts: [BlobPlace: (rows: [Part], columns: [Part])] = [:]
    for (index, family) in families.enumerated() {
      for member in family.members where member.place.blob == 0 {
        let slices = (0..<member.sliceCount).count { member.group(ofSlice: $0) >= 0 }
        let part = Part(family: index, share: Double(slices) / Double(max(1, member.sliceCount)))
        switch member.slices {
        case .rows: parts[member.place, default: ([], [])].rows.append(part)
        case .columns: parts[member.place, default: ([], [])].columns.append(part)
        case .tiles: break
        }
      }
    }
    layers = net.cost.multiplyAdds.enumerated().compactMap { index, multiplyAdds in
      guard multiplyAdds > 0, counts(index) else { return nil }
      let isProduct = net.layers[index].description is any FilterBearing
      return Layer(
        multiplyAdds: Double(multiplyAdds),
        parts: isProduct ? parts[net.shared.owner(index, 0)] ?? ([], []) : ([], []))
    }
    whole = layers.reduce(0) { $0 + $1.multiplyAdds }
    self.families = families.count
  }

  /// Multiply-adds of an item, by the share that is kept of every family.
  public func multiplyAdds(_ kept: [Double]) -> Double {
    layers.reduce(0) { sum, layer in
      let left = layer.left(kept)
      return sum + layer.multiplyAdds * left.rows * left.columns
    }
  }

  /// The derivatives of ``multiplyAdds(_:)`` by the shares.
  public func gradient(_ kept: [Double]) -> [Double] {
    var gradient = [Double](repeating: 0, count: families)
    for layer in layers {
      let left = layer.left(kept)
      for part in layer.parts.rows { gradient[part.family] += layer.multiplyAdds * part.share * left.columns }
      for part in layer.parts.columns { gradient[part.family] += layer.multiplyAdds * part.share * left.rows }
    }
    return gradient
  }
}
