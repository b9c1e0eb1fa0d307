/// A net's dependency groups, sorted by the layers that make them.
struct GroupSurvey {
  /// Groups of the same makers.
  struct Family {
    /// Layers, in the net's order.
    let makers: [Int]
    /// The removable groups.
    let groups: [Int]
    /// The groups by block of the group convolutions on which they lie; one block where there are none.
    let blocks: [[Int]]
  }

  private(set) var families: [Family] = []
  private(set) var held: [(layer: Int, channels: Int, reason: String)] = []
  private let graph: ChannelGraph

  init(_ graph: ChannelGraph) {
    self.graph = graph
    let balancer = Balancer(graph)
    var makers: [Int: Set<Int>] = [:]
    var read: Set<Int> = []
    for port in graph.makers {
      for channel in 0..<graph.sites[port.site].channels {
        makers[graph.group(port.site, channel), default: []].insert(port.layer)
      }
    }
    for port in graph.readers {
      for channel in 0..<graph.sites[port.site].channels { read.insert(graph.group(port.site, channel)) }
    }
    var groups: [[Int]: [Int]] = [:]
    var reasons: [[Int]: [String: Int]] = [:]
    for (group, layers) in makers.sorted(by: { $0.key < $1.key }) {
      let key = layers.sorted()
      var reason = graph.holds[group]
      if reason == nil, !read.contains(group) { reason = "no layer reads it through weights" }
      if reason == nil, balancer.concerns(group), balancer.block(of: group) == nil {
        reason = "it lies in several groups of a group convolution"
      }
      if let reason {
        reasons[key, default: [:]][reason, default: 0] += 1
      } else {
        groups[key, default: []].append(group)
      }
    }
    families = groups.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { key, groups in
      let blocks = Dictionary(grouping: groups) { balancer.block(of: $0) ?? 0 }
      return Family(makers: key, groups: groups, blocks: blocks.sorted { $0.key < $1.key }.map(\.value))
    }
    for (key, list) in reasons.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      for (reason, count) in list.sorted(by: { $0.key < $1.key }) { held.append((key[0], count, reason)) }
    }
  }

  /// What a layer makes.
  func site(ofMaker layer: Int) -> Int { graph.topSites[layer][0] }

  /// Every layer on whose bottoms or tops a family lies, and what it does there.
  func roles(of family: Family) -> [(layer: Int, role: String)] {
    let groups = Set(family.groups)
    func lies(_ site: Int) -> Bool {
      (0..<graph.sites[site].channels).contains { groups.contains(graph.group(site, $0)) }
    }
    let sites = Set(graph.sites.indices.filter(lies))
    let makers = Set(graph.makers.filter { sites.contains($0.site) }.map(\.layer))
    let readers = Set(graph.readers.filter { sites.contains($0.site) }.map(\.layer))
    let modulators = Set(graph.modulators.filter { sites.contains($0.site) }.map(\.layer))
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
