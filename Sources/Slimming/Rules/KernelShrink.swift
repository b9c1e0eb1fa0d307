import CaffeProto
import NetModel

/// Shrinks kernels whose outer positions are zero in all filters.
///
/// Both ends of an axis lose as many positions, and the padding as much: that is exact for any size of the bottom.
/// Kernels that several layers share stay.
public struct KernelShrink: SlimRule {
  /// The change of one layer.
  public struct Cut: Sendable, Encodable {
    /// The layer's name.
    public let layer: String
    /// The kernel's extents before.
    public let before: [Int]
    /// The kernel's extents now.
    public let after: [Int]

    /// How many positions go at both ends of each axis.
    var margins: [Int] { zip(before, after).map { ($0 - $1) / 2 } }

    fileprivate func kept(of blob: WeightBlob) -> WeightBlob {
      let slices = zip(before, margins).enumerated().map { ($0 + 2, Array($1.1..<($1.0 - $1.1))) }
      return blob.keeping(Dictionary(uniqueKeysWithValues: slices))
    }
  }

  /// The layers that change, in order.
  public let cuts: [Cut]

  /// Finds the kernels that can shrink.
  public static func plan(for subject: SlimSubject) -> KernelShrink {
    let net = subject.net
    let cuts = net.layers.enumerated().compactMap { index, layer -> Cut? in
      guard let most = (layer.description as? any KernelShrinking)?.kernelMargins(layer.bottomShapes),
        most.contains(where: { $0 > 0 }), !net.shared.isShared(index, 0),
        let blob = subject.weights[layer.name]?.first, blob.shape.rank == 2 + most.count
      else { return nil }
      let margins = zip(most, blob.deadMargins(axes: most.count)).map { min($0, $1) }
      guard margins.contains(where: { $0 > 0 }) else { return nil }
      let before = Array(blob.shape.dims[2...])
      return Cut(layer: layer.name, before: before, after: zip(before, margins).map { $0 - 2 * $1 })
    }
    return KernelShrink(cuts: cuts)
  }

  /// Gives layers smaller kernels and paddings.
  ///
  /// - Throws: ``SlimError/patch(_:)`` where the parts do not fit together
  public func apply(to subject: SlimSubject) throws -> SlimSubject {
    var (parameter, weights) = (subject.parameter, subject.weights)
    let positions = try parameter.layers(in: subject.net.parameter.state)
    for cut in cuts {
      guard let index = subject.net.index(ofLayer: cut.layer),
        let type = subject.net.layers[index].description as? any KernelShrinking
      else { continue }
      parameter.edit(index, of: positions) { type.shrinkKernel(&$0, by: cut.margins) }
      if let blob = weights[cut.layer]?[0] { weights[cut.layer]?[0] = cut.kept(of: blob) }
    }
    return try subject.changed(parameter, weights: weights)
  }

  /// What stays of the blob where its layer changes, else all of it.
  public func kept(of blob: WeightBlob, layer: String, _ index: Int) -> WeightBlob {
    guard index == 0, let cut = cuts.first(where: { $0.layer == layer }) else { return blob }
    return cut.kept(of: blob)
  }

  /// The extents of each kernel, before and now.
  public var changes: [String] {
    cuts.map { cut in
      let sizes = [cut.before, cut.after].map { $0.map(String.init).joined(separator: " x ") }
      return "kernel: \(cut.layer), \(sizes[0]) -> \(sizes[1])"
    }
  }

  /// None: a kernel that cannot shrink is not looked at.
  public var held: [String] { [] }

  /// `kernels`: the extents of each, before and now.
  public var record: [String: any Encodable & Sendable] { ["kernels": cuts] }
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
