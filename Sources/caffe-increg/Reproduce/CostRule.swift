import CaffeProto
import Engine
import Layers
import NetIO
import NetModel
import Pruning
import Slimming

/// How a row's cost is counted.
struct CostRule: Decodable {
  /// What is left of a net.
  enum Counting: String, Decodable {
    /// What `plan` would cut away with the ratios, tied channels together.
    case slim
    /// Filters of each layer alone, in fractions. A reader has fewer inputs where a single layer makes them. SFP counts
    /// so.
    case filters
    /// Columns of each layer alone, rounded up to whole ones, as IncReg prunes them.
    case columns
  }

  /// What a share of channels is rounded to.
  enum Rounding: String, Decodable {
    case nearest, up, down
  }

  let recipe: String
  let counting: Counting
  let ratios: [String: Double]
  let rounding: Rounding?
  /// Whether only convolutions count.
  let onlyConvolutions: Bool?

  /// Counts.
  ///
  /// - Parameter row: for messages
  func count(_ papers: PaperFolder, row: String) throws -> CountedCost {
    let path = papers.file(recipe, "net.prototxt")
    let net = try Prototxt.keptNet(path, log: .silent)
    let state = NetState.with { $0.phase = .test }
    let registry = LayerRegistry.caffe.looking(Outlook(shapes: [:]))
    let description = try NetDescription(net, state: state, registry: registry)
    let named = try RatioPatterns(patterns: ratios, row: row)
      .ratios(of: description.filterWeights.map { description.layers[$0.layer].name })
    let (before, counts) = (description.cost, counted(description))
    func sum(_ values: [Int]) -> Double { Double(zip(values, counts).reduce(0) { $0 + ($1.1 ? $1.0 : 0) }) }
    let (adds, parameters) = (sum(before.multiplyAdds), sum(description.learnedParameters))
    switch counting {
    case .slim:
      let slim = try SlimNet.uniform(of: net, ratios: rounded(named, description), state: state, registry: registry)
      let (after, left) = (slim.description.cost, counted(slim.description))
      func rest(_ values: [Int]) -> Double { Double(zip(values, left).reduce(0) { $0 + ($1.1 ? $1.0 : 0) }) }
      return CountedCost(
        multiplyAdds: adds, parameters: parameters, leftMultiplyAdds: rest(after.multiplyAdds),
        leftParameters: rest(slim.description.learnedParameters))
    case .filters, .columns:
      let shares = counting == .filters ? filterShares(named, description) : columnShares(named, description)
      func rest(_ values: [Int]) -> Double {
        description.layers.indices.reduce(0) { $0 + (counts[$1] ? Double(values[$1]) * (shares[$1] ?? 1) : 0) }
      }
      return CountedCost(
        multiplyAdds: adds, parameters: parameters, leftMultiplyAdds: rest(before.multiplyAdds),
        leftParameters: rest(description.learnedParameters))
    }
  }

  private func counted(_ net: NetDescription) -> [Bool] {
    net.layers.map { onlyConvolutions != true || $0.type == "Convolution" }
  }

  /// Ratios that are whole channels, and never all of them.
  private func rounded(_ ratios: [String: Double], _ net: NetDescription) -> [String: Double] {
    var result = ratios
    for weight in net.filterWeights {
      let (name, count) = (net.layers[weight.layer].name, Double(weight.shape[weight.filterAxis]))
      guard let ratio = ratios[name] else { continue }
      // A product such as 0.7 * 10 may miss its whole number by a bit.
      let exact = ratio * count
      let whole =
        switch rounding ?? .nearest {
        case .nearest: exact.rounded()
        case .up: (exact - 1e-9).rounded(.up)
        case .down: (exact + 1e-9).rounded(.down)
        }
      result[name] = min(whole, count - 1) / count
    }
    return result
  }

  /// Of each layer with filters, the share of its products that is left.
  private func filterShares(_ ratios: [String: Double], _ net: NetDescription) -> [Int: Double] {
    let graph = net.channelGraph()
    let madeBy = graph.makersOfSites
    func kept(_ layer: Int) -> Double { 1 - (ratios[net.layers[layer].name] ?? 0) }
    return Dictionary(
      uniqueKeysWithValues: net.filterWeights.map { weight in
        let makers = graph.bottomSites[weight.layer].first.map { madeBy[$0] } ?? []
        let inputs = makers.count == 1 ? makers.map(kept)[0] : 1
        return (weight.layer, kept(weight.layer) * inputs)
      })
  }

  private func columnShares(_ ratios: [String: Double], _ net: NetDescription) -> [Int: Double] {
    Dictionary(
      uniqueKeysWithValues: net.filterWeights.map { weight in
        let columns = weight.shape.count(from: 1)
        let gone = (Float(columns) * Float(ratios[net.layers[weight.layer].name] ?? 0)).rounded(.up)
        return (weight.layer, 1 - Double(gone) / Double(columns))
      })
  }
}

extension NetDescription {
  /// Per layer, its parameters without statistics, which papers do not count.
  fileprivate var learnedParameters: [Int] {
    zip(layers, cost.parameters).map { layer, count in
      count - layer.blobs.reduce(0) { $0 + ($1.defaultMultiplier == 0 ? $1.shape.count : 0) }
    }
  }
}

extension ChannelGraph {
  /// Per site, the layers that make what it holds, over all that carries it.
  fileprivate var makersOfSites: [Set<Int>] {
    let owner = sites.indices.flatMap { [Int](repeating: $0, count: sites[$0].channels) }
    var sources = [Set<Int>](repeating: [], count: sites.count)
    for carry in carries { sources[owner[carry.to]].insert(owner[carry.from]) }
    var result: [Set<Int>] = []
    // Sites are in the order in which they are written.
    for site in sites.indices {
      let own = Set(ports(of: site).filter { $0.role == .makes }.map(\.layer))
      result.append(own.isEmpty ? sources[site].reduce(into: []) { $0.formUnion(result[$1]) } : own)
    }
    return result
  }
}

extension SlimNet {
  /// What `prune` and `slim` make of a net whose channels are all worth the same.
  ///
  /// - Parameters:
  ///   - net: all phases
  ///   - ratios: the share of channels that goes, by layer
  static func uniform(
    of net: NetParameter, ratios: [String: Double], state: NetState, registry: LayerRegistry
  ) throws -> SlimNet {
    let description = try NetDescription(net, state: state, registry: registry)
    var weights: [String: [WeightBlob]] = [:]
    for layer in description.layers where !layer.blobs.isEmpty {
      weights[layer.name] = layer.blobs.map { blob in
        WeightBlob(shape: blob.shape, data: Floats([Float](repeating: 1, count: blob.shape.count)))
      }
    }
    let plan = try PrunePlan(
      description, weights: weights, .init(importance: L1Norm(), ratios: PruneRatios(ratios)))
    let masked = WeightSet(description, blobs: plan.masked())
    return try SlimRun(net, weights: masked, .init(state: state), registry: registry).plan().apply()
  }
}
