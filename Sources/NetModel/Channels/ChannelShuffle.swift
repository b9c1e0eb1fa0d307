/// A shuffle of channels that is written with layers for axes: channels that lie in groups get an axis for the groups, this one
/// changes places with that of the channels in a group, and both become one again. So they lie one of every group after the
/// other (Zhang et al. 2017).
///
/// Between the outer layers no axis is that of the channels, so that the three are one step of the channel graph, from the
/// first one's bottom to the last one's top.
public struct ChannelShuffle: Sendable {
  /// The layer that gives the groups an axis, 1: (N, C, ...) becomes (N, groups, C / groups, ...).
  public let split: Int
  /// The layer that swaps axes 1 and 2.
  public let swap: Int
  /// The layer whose top is (N, C, ...) again.
  public let join: Int
  /// The number of groups.
  public let groups: Int
}

extension NetDescription {
  /// All shuffles of which nobody reads a part.
  var shuffles: [ChannelShuffle] {
    layers.indices.compactMap { index in
      let layer = layers[index]
      guard let swapping = layer.description as? any AxisMoving, let parts = layer.bottomShapes.first, parts.rank >= 3,
        (try? swapping.axes(parts)) == [0, 2, 1] + Array(3..<parts.rank), blobs[layer.bottom[0]].readers == [index],
        let join = blobs[layer.top[0]].readers.first, blobs[layer.top[0]].readers.count == 1
      else { return nil }
      let split = blobs[layer.bottom[0]].maker
      guard layers[split].description is any OrderKeeping, layers[join].description is any OrderKeeping else {
        return nil
      }
      for whole in [layers[split].bottomShapes[0], layers[join].topShapes[0]] {
        guard whole.rank >= 2, whole[0] == parts[0], whole[1] == parts[1] * parts[2] else { return nil }
      }
      return ChannelShuffle(split: split, swap: index, join: join, groups: parts[1])
    }
  }
}

extension ChannelGraph {
  /// A layer's bottoms and tops with other numbers of channels, which are given for each; where a blob has no channel axis, its
  /// number is not looked at.
  public func shapes(of layer: Int, bottom: [Int], top: [Int]) -> (bottom: [Shape], top: [Shape]) {
    func changed(_ shapes: [Shape], _ sites: [Int], _ channels: [Int]) -> [Shape] {
      shapes.indices.map { index in
        self.sites[sites[index]].channels == 0
          ? shapes[index] : shapes[index].replacing(axis: 1, with: channels[index])
      }
    }
    let described = net.layers[layer]
    var tops = changed(described.topShapes, topSites[layer], top)
    if let shuffle = shuffles.first(where: { $0.split == layer }) {
      tops[0] = tops[0].replacing(axis: 2, with: bottom[0] / shuffle.groups)
    }
    return (changed(described.bottomShapes, bottomSites[layer], bottom), tops)
  }
}
