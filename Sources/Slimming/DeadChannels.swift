import CaffeProto
import NetModel

/// Finds the channels that a masked net does not need, and the constants they leave behind.
///
/// A group goes without a trace where nobody reads it any more; it goes with its constant folded into its readers'
/// biases where every weight that makes it is zero. Removing one may free others, so this runs to a fixed point.
struct DeadChannels {
  let graph: ChannelGraph
  let weights: [String: [WeightBlob]]
  /// Groups to remove, by root.
  private(set) var removed: Set<Int> = []
  /// What to add to biases: layer index to one value per made channel.
  private(set) var folds: [Int: [Double]] = [:]
  /// Dead groups that stay, and why.
  private(set) var kept: [Int: String] = [:]

  private var blocks: [Int: WeightBlocks] = [:]
  private var remaining: [Int]
  private var members: [Int: [(site: Int, channel: Int)]] = [:]

  init(_ graph: ChannelGraph, weights: [String: [WeightBlob]]) {
    self.graph = graph
    self.weights = weights
    remaining = graph.sites.map(\.channels)
    for (site, value) in graph.sites.enumerated() {
      for channel in 0..<value.channels {
        members[graph.group(site, channel), default: []].append((site, channel))
      }
    }
    for reader in graph.readers where reader.spread > 0 {
      guard let maker = graph.makers.first(where: { $0.layer == reader.layer && $0.blob == reader.blob }) else {
        continue
      }
      let blob = weights[graph.net.layers[reader.layer].name]![reader.blob]
      blocks[reader.layer] = WeightBlocks(
        blob.data, shape: blob.shape, maker: maker.axis, reader: reader.axis, spread: reader.spread)
    }
    while removeOnce() {}
  }

  /// The channels of a site that stay.
  func keptChannels(_ site: Int) -> [Int] {
    (0..<graph.sites[site].channels).filter { !removed.contains(graph.group(site, $0)) }
  }

  private mutating func removeOnce() -> Bool {
    let constants = constantChannels()
    var changed = false
    kept = [:]
    for (group, channels) in members.sorted(by: { $0.key < $1.key }) where !removed.contains(group) {
      let unread = isUnread(channels)
      guard unread || isUnmade(channels) else { continue }
      if let reason = graph.holds[group] {
        // What holds channels that no weight reads uses them itself: they are not dead.
        if !unread || hasReaders(channels) { kept[group] = reason }
        continue
      }
      guard channels.allSatisfy({ remaining[$0.site] > 1 }) else {
        kept[group] = "a layer must keep one channel"
        continue
      }
      if !unread {
        if let obstacle = obstacle(channels, constants) {
          kept[group] = obstacle
          continue
        }
        fold(channels, constants)
      }
      removed.insert(group)
      for member in channels { remaining[member.site] -= 1 }
      changed = true
    }
    return changed
  }

  private func hasReaders(_ channels: [(site: Int, channel: Int)]) -> Bool {
    channels.contains { member in graph.readers.contains { $0.site == member.site } }
  }

  private func isUnread(_ channels: [(site: Int, channel: Int)]) -> Bool {
    !channels.contains { member in
      graph.readers.contains { reader in
        guard reader.site == member.site else { return false }
        guard let blocks = blocks[reader.layer] else { return true }
        let made = madeSite(reader.layer)
        return (0..<blocks.made).contains {
          blocks[$0, member.channel] && !removed.contains(graph.group(made, $0))
        }
      }
    }
  }

  private func isUnmade(_ channels: [(site: Int, channel: Int)]) -> Bool {
    let makers = channels.flatMap { member in graph.makers.filter { $0.site == member.site }.map { ($0, member) } }
    return !makers.isEmpty && makers.allSatisfy { isDead(layer: $0.layer, $1.channel) }
  }

  /// Whether a layer makes a channel from nothing that stays but its bias.
  private func isDead(layer: Int, _ channel: Int) -> Bool {
    guard let blocks = blocks[layer], let read = readSite(layer) else { return false }
    return !(0..<blocks.read).contains { blocks[channel, $0] && !removed.contains(graph.group(read, $0)) }
  }

  private func madeSite(_ layer: Int) -> Int { graph.topSites[layer][0] }
  private func readSite(_ layer: Int) -> Int? { graph.readers.first { $0.layer == layer }?.site }

  /// The value of every channel that is the same everywhere, whatever the input.
  private func constantChannels() -> [Float?] {
    var constants = [Float?](repeating: nil, count: graph.channelCount)
    var incoming: [Int: [(from: Int, to: Int)]] = [:]
    for carry in graph.carries { incoming[carry.layer, default: []].append((carry.from, carry.to)) }
    for (index, layer) in graph.net.layers.enumerated() {
      if blocks[index] != nil {
        let site = graph.sites[madeSite(index)]
        let bias = biasPort(index).map { weights[layer.name]![$0.blob].data }
        for channel in 0..<site.channels where isDead(layer: index, channel) {
          constants[site.first + channel] =
            (bias.map { $0[channel] } ?? 0) + Float(folds[index]?[channel] ?? 0)
        }
      }
      let modulated = graph.modulators.contains { $0.layer == index }
      let blobs = modulated ? (weights[layer.name] ?? []).map { Array($0.data) } : []
      for (to, sources) in Dictionary(grouping: incoming[index] ?? [], by: \.to) where sources.count == 1 {
        guard let value = constants[sources[0].from],
          let site = graph.topSites[index].first(where: {
            to >= graph.sites[$0].first && to < graph.sites[$0].first + graph.sites[$0].channels
          })
        else { continue }
        if case .value(let out) = layer.description.constant(
          value, channel: to - graph.sites[site].first, blobs: blobs)
        {
          constants[to] = out
        }
      }
    }
    return constants
  }

  private func biasPort(_ layer: Int) -> ChannelGraph.Port? {
    graph.makers.first { $0.layer == layer && graph.net.layers[layer].blobs[$0.blob].role == .bias }
  }

  /// Why the group's constant cannot be folded into all its readers; nil where it can.
  private func obstacle(_ channels: [(site: Int, channel: Int)], _ constants: [Float?]) -> String? {
    for member in channels {
      for reader in graph.readers where reader.site == member.site {
        let layer = graph.net.layers[reader.layer]
        guard let value = constants[graph.sites[member.site].first + member.channel] else {
          return "it is not a constant where layer '\(layer.name)' reads it"
        }
        guard value != 0 else { continue }
        if let reason = layer.description.foldObstacle { return "layer '\(layer.name)': \(reason)" }
        var message = layer.parameter
        if biasPort(reader.layer) == nil, !layer.description.addBias(&message) {
          return "layer '\(layer.name)' cannot have a bias"
        }
      }
    }
    return nil
  }

  private mutating func fold(_ channels: [(site: Int, channel: Int)], _ constants: [Float?]) {
    for member in channels {
      for reader in graph.readers where reader.site == member.site {
        guard let value = constants[graph.sites[member.site].first + member.channel], value != 0,
          let blocks = blocks[reader.layer]
        else { continue }
        let blob = weights[graph.net.layers[reader.layer].name]![reader.blob]
        let inner = blob.shape.count(from: 2)
        var sums = folds[reader.layer] ?? [Double](repeating: 0, count: blocks.made)
        blob.data.withUnsafeBufferPointer { buffer in
          for made in 0..<blocks.made where blocks[made, member.channel] {
            for slice in (member.channel * reader.spread)..<((member.channel + 1) * reader.spread) {
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
}
