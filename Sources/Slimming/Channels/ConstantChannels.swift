import NetModel

/// Which channels are the same everywhere, whatever the input, and their values.
struct ConstantChannels {
  let graph: ChannelGraph
  let weights: [String: [WeightBlob]]
  /// What is carried into a channel, by layer and then by channel.
  fileprivate let incoming: [[Int: [Int]]]
  /// The parameters of layers that change constants on their way, by layer.
  fileprivate let modulation: [Int: [[Float]]]

  /// The values by channel, nil where it is no constant.
  ///
  /// - Parameters:
  ///   - liveness: what makes channels still
  ///   - folds: what has been added to biases
  func values(_ liveness: Liveness, _ folds: ConstantFolds) -> [Float?] {
    var constants = [Float?](repeating: nil, count: graph.channelCount)
    for (index, layer) in graph.net.layers.enumerated() {
      if liveness.blocks[index] != nil {
        let bias = liveness.biases[index].flatMap { weights[layer.name]?[$0.blob].data }
        for channel in 0..<graph.sites[graph.topSites[index][0]].channels
        where liveness.isDead(layer: index, channel) {
          let value = (bias.map { $0[channel] } ?? 0) + Float(folds.sums[index]?[channel] ?? 0)
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
}

extension ChannelGraph {
  /// What constants depend on, in the form in which it is looked up.
  func constantChannels(weights: [String: [WeightBlob]]) -> ConstantChannels {
    var incoming: [[Int: [Int]]] = Array(repeating: [:], count: net.layers.count)
    for carry in carries { incoming[carry.layer][carry.to, default: []].append(carry.from) }
    var modulation: [Int: [[Float]]] = [:]
    for layer in Set(modulators.map(\.layer)) {
      modulation[layer] = (weights[net.layers[layer].name] ?? []).map { Array($0.data) }
    }
    return ConstantChannels(graph: self, weights: weights, incoming: incoming, modulation: modulation)
  }
}
