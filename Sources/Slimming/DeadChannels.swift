import CaffeProto
import NetModel

/// Finds the channels that a masked net does not need, and the constants they leave behind.
///
/// A group goes without a trace where nobody reads it any more; it goes with its constant folded into its readers'
/// biases where every weight that makes it is zero. Removing one may free others, so this runs to a fixed point.
struct DeadChannels {
  let graph: ChannelGraph
  let weights: [String: [WeightBlob]]
  /// What to add to biases: layer index to one value per made channel.
  private(set) var folds: [Int: [Double]] = [:]
  /// Dead groups that stay, and why.
  private(set) var kept: [Int: String] = [:]

  /// Whether the group that a channel names is removed.
  private var removed: [Bool]
  private var blocks: [WeightBlocks?]
  private var remaining: [Int]
  private var readers: [[ChannelGraph.Port]]
  private var makers: [[ChannelGraph.Port]]
  private let balancer: Balancer
  /// What is carried, by layer and then by channel.
  private var incoming: [[Int: [Int]]]
  /// The parameters of layers that change constants on their way, by layer.
  private var modulation: [Int: [[Float]]] = [:]
  private var biases: [Int: ChannelGraph.Port] = [:]

  private typealias Member = ChannelGraph.Channel

  init(_ graph: ChannelGraph, weights: [String: [WeightBlob]]) {
    self.graph = graph
    self.weights = weights
    remaining = graph.sites.map(\.channels)
    removed = Array(repeating: false, count: graph.channelCount)
    readers = Array(repeating: [], count: graph.sites.count)
    makers = readers
    balancer = graph.balancer()
    let layers = graph.net.layers
    blocks = Array(repeating: nil, count: layers.count)
    incoming = Array(repeating: [:], count: layers.count)
    for carry in graph.carries { incoming[carry.layer][carry.to, default: []].append(carry.from) }
    for layer in Set(graph.modulators.map(\.layer)) {
      modulation[layer] = (weights[layers[layer].name] ?? []).map { Array($0.data) }
    }
    for maker in graph.makers {
      makers[maker.site].append(maker)
      if layers[maker.layer].blobs[maker.blob].role == .bias, biases[maker.layer] == nil { biases[maker.layer] = maker }
    }
    for reader in graph.readers {
      readers[reader.site].append(reader)
      guard blocks[reader.layer] == nil,
        let maker = graph.makers.first(where: { $0.layer == reader.layer && $0.blob == reader.blob }),
        let blob = weights[layers[reader.layer].name]?[reader.blob]
      else { continue }
      blocks[reader.layer] = WeightBlocks(
        blob.data, shape: blob.shape, maker: maker.axis, reader: reader.axis, spread: reader.spread,
        groups: reader.groups)
    }
    while removeOnce() {}
  }

  /// The channels of a site that stay.
  func keptChannels(_ site: Int) -> [Int] {
    (0..<graph.sites[site].channels).filter { !removed[graph.group(site, $0)] }
  }

  private mutating func removeOnce() -> Bool {
    let constants = constantChannels()
    var changed = false
    kept = [:]
    // Channels of group convolutions wait until there is one for every group.
    var waiting: [Int] = []
    for (group, channels) in graph.groups.map({ ($0.id, $0.channels) }) where !removed[group] {
      let read = liveReaders(channels)
      // What holds channels that no weight reads uses them itself: they are not dead.
      if graph.holds[group] != nil, channels.allSatisfy({ readers[$0.site].isEmpty }) { continue }
      let unread = read.isEmpty
      let known = read.allSatisfy { constants[$0.channel] != nil }
      guard unread || known || isUnmade(channels) else { continue }
      if let reason = graph.holds[group] ?? (unread ? nil : obstacle(read, constants)) {
        kept[group] = reason
      } else if balancer.concerns(group) {
        waiting.append(group)
      } else if leavesOne(channels) {
        remove(group, channels, constants)
        changed = true
      } else {
        kept[group] = "a layer must keep one channel"
      }
    }
    let (balanced, rest) = balancer.balanced(waiting, remaining: remaining)
    for group in balanced {
      guard let channels = graph.group(id: group)?.channels else { continue }
      remove(group, channels, constants)
      changed = true
    }
    kept.merge(rest) { $1 }
    return changed
  }

  /// Whether every site keeps a channel without these; one group may have several of a site's.
  private func leavesOne(_ channels: [Member]) -> Bool {
    var losses: [Int: Int] = [:]
    for member in channels { losses[member.site, default: 0] += 1 }
    return losses.allSatisfy { remaining[$0.key] > $0.value }
  }

  private mutating func remove(_ group: Int, _ channels: [Member], _ constants: [Float?]) {
    fold(liveReaders(channels), constants)
    removed[group] = true
    for (site, channel) in channels.map({ ($0.site, $0.channel) }) {
      remaining[site] -= 1
      for port in readers[site] { blocks[port.layer]?.remove(read: channel) }
      for port in makers[site] where port != biases[port.layer] { blocks[port.layer]?.remove(made: channel) }
    }
  }

  /// Who multiplies a channel by anything but zeros: the port, the channel in its site and among all channels.
  private func liveReaders(_ channels: [Member]) -> [(port: ChannelGraph.Port, local: Int, channel: Int)] {
    channels.flatMap { member in
      readers[member.site].compactMap { reader in
        guard blocks[reader.layer]?.isUsed(member.channel) ?? true else { return nil }
        return (reader, member.channel, graph.sites[member.site].first + member.channel)
      }
    }
  }

  private func isUnmade(_ channels: [Member]) -> Bool {
    var anyMaker = false
    for (site, channel) in channels.map({ ($0.site, $0.channel) }) {
      for maker in makers[site] {
        anyMaker = true
        guard isDead(layer: maker.layer, channel) else { return false }
      }
    }
    return anyMaker
  }

  /// Whether a layer makes a channel from nothing that stays but its bias.
  private func isDead(layer: Int, _ channel: Int) -> Bool {
    guard let blocks = blocks[layer] else { return false }
    return !blocks.usesAny(channel)
  }

  private func madeSite(_ layer: Int) -> Int { graph.topSites[layer][0] }

  /// The value of every channel that is the same everywhere, whatever the input.
  private func constantChannels() -> [Float?] {
    var constants = [Float?](repeating: nil, count: graph.channelCount)
    for (index, layer) in graph.net.layers.enumerated() {
      if blocks[index] != nil {
        let bias = biases[index].flatMap { weights[layer.name]?[$0.blob].data }
        for channel in 0..<graph.sites[madeSite(index)].channels where isDead(layer: index, channel) {
          let value = (bias.map { $0[channel] } ?? 0) + Float(folds[index]?[channel] ?? 0)
          for site in graph.topSites[index] { constants[graph.sites[site].first + channel] = value }
        }
      }
      guard !incoming[index].isEmpty else { continue }
      let blobs = modulation[index] ?? []
      for site in graph.topSites[index].map({ graph.sites[$0] }) {
        for channel in 0..<site.channels {
          guard let sources = incoming[index][site.first + channel] else { continue }
          let fate = layer.description.constant(of: sources.map { constants[$0] }, channel: channel, blobs: blobs)
          if case .value(let value) = fate, value.isFinite { constants[site.first + channel] = value }
        }
      }
    }
    return constants
  }

  /// Why constants cannot be folded into all readers; nil where they can.
  private func obstacle(_ read: [(port: ChannelGraph.Port, local: Int, channel: Int)], _ constants: [Float?]) -> String?
  {
    for (reader, _, channel) in read {
      let layer = graph.net.layers[reader.layer]
      guard let value = constants[channel] else {
        return "it is not a constant where layer '\(layer.name)' reads it"
      }
      guard value != 0 else { continue }
      if let reason = layer.description.foldObstacle { return "layer '\(layer.name)': \(reason)" }
      if graph.bottomSites[reader.layer].count > 1 { return "layer '\(layer.name)' has one bias for several bottoms" }
      if let bias = biases[reader.layer] {
        guard !graph.net.shared.isShared(reader.layer, bias.blob) else {
          return "layer '\(layer.name)' shares its bias with other layers"
        }
      } else if !(layer.description is any BiasAdding) {
        return "layer '\(layer.name)' cannot have a bias"
      }
    }
    return nil
  }

  private mutating func fold(_ read: [(port: ChannelGraph.Port, local: Int, channel: Int)], _ constants: [Float?]) {
    for (reader, local, channel) in read {
      guard let value = constants[channel], value != 0, let blocks = blocks[reader.layer],
        let blob = weights[graph.net.layers[reader.layer].name]?[reader.blob]
      else { continue }
      let inner = blob.shape.count(from: 2)
      // The axis spans the channels of one group.
      let first = local % (blocks.read / reader.groups) * reader.spread
      var sums = folds[reader.layer] ?? [Double](repeating: 0, count: blocks.made)
      blob.data.withUnsafeBufferPointer { buffer in
        for made in 0..<blocks.made where blocks[made, local] {
          for slice in first..<(first + reader.spread) {
            let (outer, next) = reader.axis == 1 ? (made, slice) : (slice, made)
            let start = (outer * blob.shape[1] + next) * inner
            for k in start..<(start + inner) { sums[made] += Double(buffer[k]) * Double(value) }
          }
        }
      }
      folds[reader.layer] = sums
    }
  }
}
