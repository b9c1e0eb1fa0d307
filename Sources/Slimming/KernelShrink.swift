import CaffeProto
import NetModel

/// Smaller kernels where their outer positions are zero in all filters.
///
/// Both ends of an axis lose as many positions, and the padding as much: that is exact for any size of the bottom.
/// Kernels that several layers share stay.
public struct KernelShrink: Sendable {
  /// The change of one layer.
  public struct Cut: Sendable {
    /// The layer's name.
    public let layer: String
    /// The kernel's extents before.
    public let before: [Int]
    /// The kernel's extents now.
    public let after: [Int]
    fileprivate let margins: [Int]

    fileprivate func kept(of blob: WeightBlob) -> WeightBlob {
      let slices = margins.indices.map { ($0 + 2, Array(margins[$0]..<(before[$0] - margins[$0]))) }
      return blob.keeping(Dictionary(uniqueKeysWithValues: slices))
    }
  }

  /// The layers that change, in order.
  public let cuts: [Cut]
  private let net: NetDescription
  private let weights: [String: [WeightBlob]]

  /// Finds the kernels of a net that can shrink.
  public init(_ net: NetDescription, weights: [String: [WeightBlob]]) {
    self.net = net
    self.weights = weights
    cuts = net.layers.enumerated().compactMap { index, layer in
      guard let most = (layer.description as? any KernelShrinking)?.kernelMargins(layer.bottomShapes),
        most.contains(where: { $0 > 0 }), !net.shared.isShared(index, 0), let blob = weights[layer.name]?.first,
        blob.shape.rank == 2 + most.count
      else { return nil }
      let dead = blob.deadMargins(axes: most.count)
      let margins = zip(most, dead).map { min($0, $1) }
      guard margins.contains(where: { $0 > 0 }) else { return nil }
      let before = Array(blob.shape.dims[2...])
      return Cut(layer: layer.name, before: before, after: zip(before, margins).map { $0 - 2 * $1 }, margins: margins)
    }
  }

  /// The net and its weights with smaller kernels.
  public func apply(to parameter: NetParameter) -> (net: NetParameter, weights: [String: [WeightBlob]]) {
    var (result, slim) = (parameter, weights)
    for cut in cuts {
      guard let index = net.index(ofLayer: cut.layer),
        let type = net.layers[index].description as? any KernelShrinking
      else { continue }
      for position in result.layer.indices where result.layer[position].name == cut.layer {
        type.shrinkKernel(&result.layer[position], by: cut.margins)
      }
      if let blob = weights[cut.layer]?[0] { slim[cut.layer]?[0] = cut.kept(of: blob) }
    }
    return (result, slim)
  }

  /// What stays of a blob of the same shape as a layer's blob `index`, such as its momentum.
  func kept(of blob: WeightBlob, layer: String, _ index: Int) -> WeightBlob {
    guard index == 0, let cut = cuts.first(where: { $0.layer == layer }) else { return blob }
    return cut.kept(of: blob)
  }
}

extension WeightBlob {
  /// Per spatial axis, how many positions are zero at both ends in the whole blob.
  fileprivate func deadMargins(axes: Int) -> [Int] {
    (0..<axes).map { axis in
      let extent = shape[axis + 2]
      let inner = shape.count(from: axis + 3)
      var live = [Bool](repeating: false, count: extent)
      data.withUnsafeBufferPointer { values in
        // Both ends are alive after the first few filters, as a rule.
        var at = 0
        while at < values.count, !(live[0] && live[extent - 1]) {
          for position in 0..<extent {
            for k in at..<(at + inner) where values[k] != 0 { live[position] = true }
            at += inner
          }
        }
      }
      let (first, last) = (live.firstIndex(of: true) ?? extent / 2, live.lastIndex(of: true) ?? extent / 2)
      return min(first, extent - 1 - last)
    }
  }
}
