import NetModel

/// Which weights still use which channels, as channels are removed.
struct Liveness {
  /// A weight that multiplies a channel by anything but zeros.
  struct Read {
    /// The slices of the weight.
    let port: ChannelGraph.Port
    /// The channel's number in its site.
    let local: Int
    /// Its number among all channels.
    let channel: Int
  }

  let graph: ChannelGraph
  /// Per site, the channels that are left.
  private(set) var remaining: [Int]
  /// Per layer that reads and makes channels through the same weight, its blocks.
  private(set) var blocks: [WeightBlocks?]
  /// By layer, the bias that belongs to the channels it makes.
  let biases: [Int: ChannelGraph.Port]
  /// Per site, who reads its channels, and who makes them.
  fileprivate let readers: [[ChannelGraph.Port]]
  fileprivate let makers: [[ChannelGraph.Port]]

  /// Whether any weight reads a channel of a group, zeros included.
  func hasReaders(_ group: ChannelGraph.Group) -> Bool { group.channels.contains { !readers[$0.site].isEmpty } }

  /// Who multiplies a channel of a group by anything but zeros.
  func reads(of group: ChannelGraph.Group) -> [Read] {
    group.channels.flatMap { member in
      readers[member.site].compactMap { reader in
        guard blocks[reader.layer]?.isUsed(member.channel) ?? true else { return nil }
        return Read(
          port: reader, local: member.channel, channel: graph.sites[member.site].first + member.channel)
      }
    }
  }

  /// Whether layers make a group's channels, and all of them from nothing.
  func isUnmade(_ group: ChannelGraph.Group) -> Bool {
    let made = group.channels.flatMap { member in makers[member.site].map { (layer: $0.layer, channel: member.channel) }
    }
    return !made.isEmpty && made.allSatisfy { isDead(layer: $0.layer, $0.channel) }
  }

  /// Whether nothing that stays makes a channel in a layer, but its bias.
  func isDead(layer: Int, _ channel: Int) -> Bool {
    guard let blocks = blocks[layer] else { return false }
    return !blocks.usesAny(channel)
  }

  /// Whether every site keeps a channel when a group goes, which may have several channels on a site.
  func leavesOne(without group: ChannelGraph.Group) -> Bool {
    var losses: [Int: Int] = [:]
    for member in group.channels { losses[member.site, default: 0] += 1 }
    return losses.allSatisfy { remaining[$0.key] > $0.value }
  }

  /// Takes a group out of the counts.
  mutating func remove(_ group: ChannelGraph.Group) {
    for member in group.channels {
      remaining[member.site] -= 1
      for port in readers[member.site] { blocks[port.layer]?.remove(read: member.channel) }
      for port in makers[member.site] where port != biases[port.layer] {
        blocks[port.layer]?.remove(made: member.channel)
      }
    }
  }
}

extension ChannelGraph {
  /// What uses the net's channels when none is removed yet.
  func liveness(weights: [String: [WeightBlob]]) -> Liveness {
    let (makers, layers) = (makers, net.layers)
    var blocks: [WeightBlocks?] = Array(repeating: nil, count: layers.count)
    var biases: [Int: Port] = [:]
    for maker in makers where layers[maker.layer].blobs[maker.blob].role == .bias && biases[maker.layer] == nil {
      biases[maker.layer] = maker
    }
    for reader in readers where blocks[reader.layer] == nil {
      guard let maker = makers.first(where: { $0.layer == reader.layer && $0.blob == reader.blob }),
        let blob = weights[layers[reader.layer].name]?[reader.blob]
      else { continue }
      blocks[reader.layer] = WeightBlocks.occupied(
        in: blob.data, shape: blob.shape, maker: maker.axis, reader: reader.axis, spread: reader.spread,
        blocks: reader.blocks)
    }
    let ports = sites.indices.map { self.ports(of: $0) }
    return Liveness(
      graph: self, remaining: sites.map(\.channels), blocks: blocks, biases: biases,
      readers: ports.map { $0.filter { $0.role == .reads } }, makers: ports.map { $0.filter { $0.role == .makes } })
  }
}
