extension NetDescription {
  /// The net's channels and what ties them together.
  public func channelGraph() -> ChannelGraph {
    var builder = ChannelGraphBuilder(net: self)
    return builder.build()
  }
}

/// Unites the channels of a net, layer by layer.
struct ChannelGraphBuilder {
  typealias Port = ChannelGraph.Port

  let net: NetDescription
  private let shuffles: [ChannelShuffle]
  /// Layers between whose bottoms and tops channels have no axis of their own.
  private let inner: Set<Int>
  private var sites: [ChannelGraph.Site] = []
  private var bottomSites: [[Int]] = []
  private var topSites: [[Int]] = []
  private var ports: [Port] = []
  private var carries: [(from: Int, to: Int, layer: Int)] = []
  private var balances: [ChannelGraph.Balance] = []
  private var holds: [Int: String] = [:]
  /// A forest of channels: the root of each tree is the channel of a group that has the least index.
  private var parent: [Int] = []

  init(net: NetDescription) {
    self.net = net
    shuffles = net.shuffles
    inner = Set(shuffles.flatMap { [$0.split, $0.swap] })
  }

  mutating func build() -> ChannelGraph {
    var current = [Int](repeating: -1, count: net.blobs.count)
    for (index, layer) in net.layers.enumerated() { add(layer, index, &current) }
    ports = [Port.Role.makes, .modulates, .reads].flatMap { role in ports.filter { $0.role == role } }
    tieParameters()
    for blob in net.outputs where current[blob] >= 0 {
      hold(current[blob], "blob '\(net.blobs[blob].name)' is an output of the net")
    }
    var portsOfSite = [[Int]](repeating: [], count: sites.count)
    for (number, port) in ports.enumerated() { portsOfSite[port.site].append(number) }
    let ids = parent.indices.map { root($0) }
    return ChannelGraph(
      net: net, sites: sites, bottomSites: bottomSites, topSites: topSites, ports: ports, carries: carries,
      groups: groups(ids), holds: holds, balances: balances, shuffles: shuffles, ids: ids, portsOfSite: portsOfSite)
  }

  private func groups(_ ids: [Int]) -> [ChannelGraph.Group] {
    var members: [Int: [ChannelGraph.Channel]] = [:]
    for (number, site) in sites.enumerated() {
      for channel in 0..<site.channels {
        members[ids[site.first + channel], default: []].append(.init(site: number, channel: channel))
      }
    }
    return members.sorted { $0.key < $1.key }.map { ChannelGraph.Group(id: $0, channels: $1) }
  }

  private mutating func add(_ layer: DescribedLayer, _ index: Int, _ current: inout [Int]) {
    bottomSites.append(layer.bottom.map { current[$0] })
    var made: [Int] = []
    for (top, blob) in layer.top.enumerated() {
      let shape = layer.topShapes[top]
      made.append(sites.count)
      let channels = shape.rank > 1 && !inner.contains(index) ? shape[1] : 0
      sites.append(.init(layer: index, top: top, blob: blob, channels: channels, first: parent.count))
      parent.append(contentsOf: parent.count..<(parent.count + channels))
    }
    topSites.append(made)
    relate(layer, index)
    for (top, blob) in layer.top.enumerated() { current[blob] = made[top] }
  }

  private func root(_ channel: Int) -> Int {
    var channel = channel
    while parent[channel] != channel { channel = parent[channel] }
    return channel
  }

  private mutating func unite(_ a: Int, _ b: Int) {
    let (a, b) = (root(a), root(b))
    guard a != b else { return }
    let (low, high) = (min(a, b), max(a, b))
    parent[high] = low
    if let reason = holds.removeValue(forKey: high), holds[low] == nil { holds[low] = reason }
  }

  private mutating func hold(_ site: Int, _ reason: String) {
    for channel in 0..<sites[site].channels {
      let group = root(sites[site].first + channel)
      if holds[group] == nil { holds[group] = reason }
    }
  }

  private mutating func relate(_ layer: DescribedLayer, _ index: Int) {
    guard !inner.contains(index) else { return }
    let shuffle = shuffles.first { $0.join == index }
    let map = shuffle.map { .shuffle(layer.topShapes[0][1], groups: $0.groups) } ?? layer.channelMap
    let (bottoms, tops) = (bottomSites[shuffle?.split ?? index], topSites[index])
    func port(_ role: Port.Role, _ blob: Int, _ axis: Int, _ site: Int, spread: Int = 1, blocks: Int = 1) -> Port {
      Port(role: role, layer: index, blob: blob, axis: axis, site: site, spread: spread, blocks: blocks)
    }
    var explained = Set<Int>()
    for relation in map.relations {
      switch relation {
      case .carries(let bottom, let bottomFirst, let top, let topFirst, let count, let spread):
        explained.insert(tops[top])
        let (source, target) = (sites[bottoms[bottom]], sites[tops[top]])
        guard source.channels > 0, target.channels > 0 else { continue }
        for i in 0..<count {
          for k in 0..<spread {
            let (from, to) = (source.first + bottomFirst + i, target.first + topFirst + i * spread + k)
            carries.append((from, to, index))
            unite(from, to)
          }
        }
      case .copies(let bottom, let top):
        explained.insert(tops[top])
        let (source, target) = (sites[bottoms[bottom]], sites[tops[top]])
        for channel in 0..<target.channels where source.channels == 1 {
          carries.append((source.first, target.first + channel, index))
        }
        hold(bottoms[bottom], "layer '\(layer.name)': it copies this one channel to all of its top's")
      case .reads(let bottom, let blob, let axis, let blocks, let spread):
        if blocks > 1 {
          balances += ([bottoms[bottom]] + tops).map { .init(site: $0, blocks: blocks, layer: index) }
        }
        ports.append(port(.reads, blob, axis, bottoms[bottom], spread: spread, blocks: blocks))
      case .makes(let top, let blob, let axis):
        explained.insert(tops[top])
        ports.append(port(.makes, blob, axis, tops[top]))
      case .modulates(let top, let blob, let axis): ports.append(port(.modulates, blob, axis, tops[top]))
      case .holds(let bottom, let reason): hold(bottoms[bottom], "layer '\(layer.name)': \(reason)")
      }
    }
    for site in tops where !explained.contains(site) {
      hold(site, "layer '\(layer.name)' makes it from no parameters")
    }
  }

  /// Ties all channels that use the same slice of a parameter blob: of the bottoms and tops of one layer, and of all
  /// layers that share the blob. Where they do not use it alike, they are held.
  private mutating func tieParameters() {
    struct Axis: Hashable {
      let owner: SharedParameters.Place
      let axis: Int
    }
    var users: [Axis: [Port]] = [:]
    var axes: [Axis] = []
    for port in ports {
      let key = Axis(owner: net.shared.owner(port.layer, port.blob), axis: port.axis)
      if users[key] == nil { axes.append(key) }
      users[key, default: []].append(port)
    }
    let places = Dictionary(uniqueKeysWithValues: net.shared.all.map { ($0.owner, $0.places) })
    for key in axes {
      let users = users[key] ?? []
      let everybody = Set((places[key.owner] ?? []).map(\.layer))
      guard users.allSatisfy({ isAlike($0, users[0]) }), everybody.isSubset(of: Set(users.map(\.layer))) else {
        let names = everybody.sorted().map { "'\(net.layers[$0].name)'" }.joined(separator: ", ")
        for port in users { hold(port.site, "the layers \(names) share a parameter, but use it differently") }
        continue
      }
      for port in users.dropFirst() {
        for channel in 0..<sites[port.site].channels {
          unite(sites[users[0].site].first + channel, sites[port.site].first + channel)
        }
      }
    }
  }

  /// Whether two ports use their blobs in the same way.
  private func isAlike(_ a: Port, _ b: Port) -> Bool {
    a.spread == b.spread && a.blocks == b.blocks && sites[a.site].channels == sites[b.site].channels
      && net.layers[a.layer].blobs[a.blob].shape == net.layers[b.layer].blobs[b.blob].shape
  }
}
