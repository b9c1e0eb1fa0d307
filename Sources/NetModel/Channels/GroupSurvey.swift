/// A net's dependency groups, sorted by the layers that make them.
public struct GroupSurvey: Sendable {
  /// Groups of the same makers that lie on the same group convolutions.
  public struct Family: Sendable {
    /// Layers, in the net's order.
    public let makers: [Int]
    /// The ids of the removable groups, ascending.
    public let groups: [Int]
    /// The groups by block of the group convolutions on which they lie; one block where there are none. Of every block as
    /// many must go as of the others.
    public let blocks: [[Int]]
  }

  /// Groups that cannot be removed.
  public struct Held: Sendable {
    /// The first of the layers that make them.
    public let layer: Int
    /// How many groups.
    public let channels: Int
    /// Who holds them, and why (a sentence for the user).
    public let reason: String
  }

  /// The families, in the order of their makers.
  public let families: [Family]
  /// What must stay, in the order of its makers.
  public let held: [Held]
  /// The channels that are surveyed.
  public let graph: ChannelGraph

  /// What a layer makes.
  public func site(ofMaker layer: Int) -> Int { graph.topSites[layer][0] }

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
      }
      return parts.isEmpty ? nil : (layer, parts.joined(separator: ", "))
    }
  }
}

extension ChannelGraph {
  /// Sorts the dependency groups by the layers that make them, and tells those that can be removed from those that cannot.
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
        reasons[makers, default: [:]][reason, default: 0] += 1
      } else {
        found[Kind(makers: makers, balances: balancer.balances(of: group.id)), default: []].append(group.id)
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
    let held = reasons.sorted { $0.key.lexicographicallyPrecedes($1.key) }.flatMap { makers, list in
      list.sorted { $0.key < $1.key }.map { GroupSurvey.Held(layer: makers[0], channels: $1, reason: $0) }
    }
    return GroupSurvey(families: families, held: held, graph: self)
  }
}
