import CaffeProto
import NetModel

/// What the removal of channels changes in one layer.
public struct ChannelEdit: Sendable {
  /// The layer's position in the net.
  public let index: Int
  /// The layer's name, by which its blobs are found; layers without blobs may share a name.
  public let layer: String
  /// Per parameter blob, an added bias included, the slices that stay, by axis; read channels are numbered through all
  /// blocks of a group convolution.
  public let slices: [[Int: [Int]]]
  /// The blocks of a group convolution before the change; 1 for everything else, depthwise convolutions too.
  public let blocks: Int
  /// Added to the bias, one value per channel that the layer made before.
  public let fold: [Double]?
  /// Whether the layer needs a bias that it did not have.
  public let addsBias: Bool
  /// The bottoms' new shapes.
  public let bottom: [Shape]
  /// The tops' new shapes.
  public let top: [Shape]

  /// Changes the layer's message.
  func apply(to parameter: inout LayerParameter, of layer: DescribedLayer) {
    layer.description.adapt(&parameter, bottom: bottom, top: top)
    if addsBias { (layer.description as? any BiasAdding)?.addBias(&parameter) }
  }

  /// The layer's changed blobs.
  func applied(to blobs: [WeightBlob], of layer: DescribedLayer) -> [WeightBlob] {
    var blobs = blobs
    if let fold {
      if let bias = layer.blobs.firstIndex(where: { $0.role == .bias }) {
        blobs[bias] = blobs[bias].adding(fold)
      } else if addsBias {
        blobs.append(WeightBlob(shape: Shape([fold.count]), data: Floats(fold.map { Float($0) })))
      }
    }
    return blobs.enumerated().map { index, blob in kept(of: blob, index) }
  }

  /// What stays of the layer's blob `index`.
  func kept(of blob: WeightBlob, _ index: Int) -> WeightBlob {
    guard slices.indices.contains(index) else { return blob }
    if blocks > 1, index == 0, let filters = slices[0][0], let channels = slices[0][1] {
      return blob.keeping(filters: filters, channels: channels, blocks: blocks)
    }
    return blob.keeping(slices[index])
  }
}

extension DeadChannels {
  /// What changes in layer `index` when the dead channels go; nil if nothing does.
  func edit(_ index: Int) -> ChannelEdit? {
    let layer = graph.net.layers[index]
    var slices = [[Int: [Int]]](repeating: [:], count: layer.blobs.count)
    var blocks = 1
    for port in graph.ports where port.layer == index {
      let kept = keptChannels(port.site)
      guard port.role == .reads else {
        slices[port.blob][port.axis] = kept
        continue
      }
      blocks = port.blocks
      slices[port.blob][port.axis] = kept.flatMap { ($0 * port.spread)..<(($0 + 1) * port.spread) }
    }
    let (bottom, top) = graph.shapes(
      of: index, bottom: graph.bottomSites[index].map { keptChannels($0).count },
      top: graph.topSites[index].map { keptChannels($0).count })
    let fold = folds[index]
    let sliced = zip(slices, layer.blobs).contains { axes, blob in
      axes.contains { $0.value.count != blob.shape[$0.key] * ($0.key == 1 ? blocks : 1) }
    }
    guard sliced || fold != nil || top != layer.topShapes else { return nil }
    let addsBias = fold != nil && !layer.blobs.contains { $0.role == .bias }
    if addsBias { slices.append([0: keptChannels(graph.topSites[index][0])]) }
    return ChannelEdit(
      index: index, layer: layer.name, slices: slices, blocks: blocks, fold: fold, addsBias: addsBias, bottom: bottom,
      top: top)
  }
}
