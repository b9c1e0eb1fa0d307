/// A net's dependency groups, sorted by the layers that make them.
public struct GroupSurvey: Sendable {
  /// Groups that the same layers make and that lie on the same group convolutions. Where different layers make the
  /// blocks of a group convolution, the groups of all of them.
  public struct Family: Sendable {
    /// Layers, in the net's order.
    public let makers: [Int]
    /// The ids of the removable groups, ascending.
    public let groups: [Int]
    /// The groups by block of the group convolutions on which they lie; one block where there are none. All
    /// blocks must lose the same number.
    public let blocks: [[Int]]
  }

  /// Groups that cannot be removed.
  public struct Held: Sendable {
    /// The layers that make them, in the net's order.
    public let makers: [Int]
    /// How many channels of the first maker; 0 where what it makes lies on no channel axis.
    public let channels: Int
    /// Who holds them, and why (a sentence for the user).
    public let reason: String

    /// The first maker.
    public var layer: Int { makers[0] }
  }

  /// The families, in the order of their makers.
  public let families: [Family]
  /// What must stay, in the order of its makers.
  public let held: [Held]
  /// The channels that are surveyed.
  public let graph: ChannelGraph

  /// What a layer makes.
  public func site(ofMaker layer: Int) -> Int { graph.topSites[layer][0] }

  /// The channels of a family's first maker that lie in one of its groups, ascending.
  public func channels(of family: Family, in group: Int) -> [Int] {
    graph.channels(of: group, madeBy: family.makers)
  }

  /// Why nothing that a layer makes can be removed (a sentence for the user); nil where something can.
  public func obstacle(ofLayer index: Int) -> String? {
    if families.contains(where: { $0.makers.contains(index) }) { return nil }
    if let held = held.first(where: { $0.makers.contains(index) }) { return held.reason }
    return graph.net.layers[index].blobs.isEmpty
      ? "it has no weights" : "its weights scale or filter channels that other layers make"
  }

  /// Every layer on whose bottoms or tops a family lies, and what it does there.
  public func roles(of family: Family) -> [(layer: Int, role: String)] {
    let sites = Set(family.groups.compactMap { graph.group(id: $0) }.flatMap(\.channels).map(\.site))
    func layers(_ role: ChannelGraph.Port.Role) -> Set<Int> {
      Set(graph.ports.filter { $0.role == role && sites.contains($0.site) }.map(\.layer))
    }
    let (makers, readers, modulators) = (layers(.makes), layers(.reads), layers(.modulates))
    return graph.net.layers.indices.compactMap { layer in
      var parts: [String] = []
      if makers.contains(layer) { parts.append("makes") }
      if readers.contains(layer) { parts.append("reads") }
      if modulators.contains(layer) { parts.append("has parameters for") }
      let bottoms = Set(graph.bottomSites[layer].filter(sites.contains))
      if parts.isEmpty, !bottoms.isEmpty {
        let tied = bottoms.count > 1 ? "ties" : "carries"
        parts.append(tied)
      } else if parts.isEmpty, graph.topSites[layer].contains(where: sites.contains) {
        parts.append("copies a channel to")
      }
      return parts.isEmpty ? nil : (layer, parts.joined(separator: ", "))
    }
  }
}

extension ChannelGraph {
  /// Sorts the dependency groups by the layers that make them, and tells those that can be removed from those that
  /// cannot.
  public func survey() -> GroupSurvey {
    let balancer = balancer()
    struct Kind: Hashable {
      let makers: [Int]
      let balances: [Balance]
    }
    var found: [Kind: [Int]] = [:]
    var reasons: [[Int]: [String: Int]] = [:]
    for group in groups {
      let uses = uses(of: group)
      let makers = Set(uses.filter { $0.port.role == .makes }.map(\.port.layer)).sorted()
      guard !makers.isEmpty else { continue }
      var reason = holds[group.id]
      if reason == nil, !uses.contains(where: { $0.port.role == .reads }) {
        reason = "no layer reads it through weights"
      }
      if reason == nil, balancer.concerns(group.id), balancer.block(of: group.id) == nil {
        reason = "it lies in several groups of a group convolution"
      }
      if let reason {
        reasons[makers, default: [:]][reason, default: 0] += channels(of: group.id, madeBy: makers).count
      } else {
        found[Kind(makers: makers, balances: balancer.balances(of: group.id)), default: []].append(group.id)
      }
    }
    // Blocks that different layers make are one family, too. Where one block has nothing to lose, no other can lose
    // any.
    var partial: [[Balance]: [Kind]] = [:]
    for (kind, groups) in found {
      guard let balance = kind.balances.first, Set(groups.map(balancer.block)).count < balance.blocks else { continue }
      partial[kind.balances, default: []].append(kind)
    }
    for (balances, kinds) in partial {
      let (balance, parts) = (
        balances[0], kinds.map { (makers: $0.makers, groups: found.removeValue(forKey: $0) ?? []) }
      )
      let groups = parts.flatMap(\.groups)
      if Set(groups.map(balancer.block)).count == balance.blocks {
        let whole = Kind(makers: Set(parts.flatMap(\.makers)).sorted(), balances: balances)
        found[whole] = (groups + (found[whole] ?? [])).sorted()
        continue
      }
      let name = net.layers[balance.layer].name
      let reason =
        "layer '\(name)' has \(balance.blocks) groups, which must stay equal, and those of another one are held"
      for part in parts {
        reasons[part.makers, default: [:]][reason, default: 0] += part.groups.reduce(0) {
          $0 + channels(of: $1, madeBy: part.makers).count
        }
      }
    }
    let families = found.sorted { one, other in
      one.key.makers == other.key.makers
        ? one.value[0] < other.value[0] : one.key.makers.lexicographicallyPrecedes(other.key.makers)
    }.map { kind, groups in
      let blocks = Dictionary(grouping: groups) { balancer.block(of: $0) ?? 0 }
      return GroupSurvey.Family(
        makers: kind.makers, groups: groups, blocks: blocks.sorted { $0.key < $1.key }.map(\.value))
    }
    for (layer, reason) in strangers { reasons[[layer], default: [:]][reason] = 0 }
    let held = reasons.sorted { $0.key.lexicographicallyPrecedes($1.key) }.flatMap { makers, list in
      list.sorted { $0.key < $1.key }.map { GroupSurvey.Held(makers: makers, channels: $1, reason: $0) }
    }
    return GroupSurvey(families: families, held: held, graph: self)
  }

  /// The channels of the first maker that lie in a group, ascending.
  fileprivate func channels(of group: Int, madeBy makers: [Int]) -> [Int] {
    let site = topSites[makers[0]][0]
    return self.group(id: group)?.channels.filter { $0.site == site }.map(\.channel) ?? []
  }

  /// Layers with weights that lie on no channel axis, and why.
  private var strangers: [(layer: Int, reason: String)] {
    let known = Set(ports.filter { $0.role != .reads }.map(\.layer))
    return net.layers.enumerated().compactMap { index, layer in
      guard !layer.blobs.isEmpty, !known.contains(index) else { return nil }
      for case .holds(_, let reason) in layer.channelMap.relations { return (index, reason) }
      return nil
    }
  }
}
