import NetModel

/// The channels of a net and what ties them together, computed from the layers' channel maps alone.
///
/// A *site* is one version of a blob: what a layer writes, in-place layers included. Channels of different sites that a
/// layer carries into each other form one *group*: they can only be removed together.
struct ChannelGraph {
  /// What a layer writes.
  struct Site {
    let layer: Int
    let top: Int
    let blob: Int
    /// Channels, 0 where the blob has no channel axis.
    let channels: Int
    /// Index of channel 0 among all channels of the net.
    let first: Int
  }

  /// A slice range of a parameter blob that belongs to channels of a site.
  struct Port: Hashable {
    let layer: Int
    let blob: Int
    let axis: Int
    let site: Int
    /// Slices per channel.
    let spread: Int
    /// Groups that share out the site's channels; the axis spans one group's.
    var groups = 1
  }

  /// A site whose channels lie in blocks of equal size that must stay equal.
  struct Balance: Hashable {
    let site: Int
    let groups: Int
    let layer: Int
  }

  let net: NetDescription
  private(set) var sites: [Site] = []
  /// Per layer, the sites of its bottoms.
  private(set) var bottomSites: [[Int]] = []
  /// Per layer, the sites of its tops.
  private(set) var topSites: [[Int]] = []
  /// Slices that read a site's channels.
  private(set) var readers: [Port] = []
  /// Slices that make a site's channels.
  private(set) var makers: [Port] = []
  /// Slices that scale or shift a site's channels, or hold their statistics.
  private(set) var modulators: [Port] = []
  /// Carried channels: (bottom channel, top channel), as indices among all channels.
  private(set) var carries: [(from: Int, to: Int, layer: Int)] = []
  private var parent: [Int] = []
  private(set) var holds: [Int: String] = [:]
  /// What group convolutions ask of their bottoms and tops.
  private(set) var balances: [Balance] = []
  let shared: SharedParameters

  init(_ net: NetDescription) {
    self.net = net
    shared = SharedParameters(net)
    var current = [Int](repeating: -1, count: net.blobs.count)
    for (index, layer) in net.layers.enumerated() {
      bottomSites.append(layer.bottom.map { current[$0] })
      var made: [Int] = []
      for (top, blob) in layer.top.enumerated() {
        let shape = layer.topShapes[top]
        made.append(sites.count)
        let channels = shape.rank > 1 ? shape[1] : 0
        sites.append(Site(layer: index, top: top, blob: blob, channels: channels, first: parent.count))
        parent.append(contentsOf: parent.count..<(parent.count + channels))
      }
      topSites.append(made)
      relate(layer, index)
      for (top, blob) in layer.top.enumerated() { current[blob] = made[top] }
    }
    tieParameters()
    holdOutputs(current)
  }

  /// The group of channel `channel` of a site, named by one of its members.
  func group(_ site: Int, _ channel: Int) -> Int { root(sites[site].first + channel) }

  /// The number of channels of all sites.
  var channelCount: Int { parent.count }

  /// The group of a channel among all channels.
  func root(_ channel: Int) -> Int {
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
      let group = group(site, channel)
      if holds[group] == nil { holds[group] = reason }
    }
  }

  private mutating func relate(_ layer: DescribedLayer, _ index: Int) {
    let (bottoms, tops) = (bottomSites[index], topSites[index])
    var explained = Set<Int>()
    for relation in layer.channelMap.relations {
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
      case .reads(let bottom, let blob, let axis, let groups, let spread):
        if groups > 1 {
          for site in [bottoms[bottom]] + tops { balances.append(Balance(site: site, groups: groups, layer: index)) }
        }
        readers.append(
          Port(layer: index, blob: blob, axis: axis, site: bottoms[bottom], spread: spread, groups: groups))
      case .makes(let top, let blob, let axis):
        explained.insert(tops[top])
        makers.append(Port(layer: index, blob: blob, axis: axis, site: tops[top], spread: 1))
      case .modulates(let top, let blob, let axis):
        modulators.append(Port(layer: index, blob: blob, axis: axis, site: tops[top], spread: 1))
      case .holds(let bottom, let reason):
        hold(bottoms[bottom], "layer '\(layer.name)': \(reason)")
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
    var ports: [Axis: [Port]] = [:]
    var axes: [Axis] = []
    for port in makers + modulators + readers {
      let key = Axis(owner: shared.owner(port.layer, port.blob), axis: port.axis)
      if ports[key] == nil { axes.append(key) }
      ports[key, default: []].append(port)
    }
    let places = Dictionary(uniqueKeysWithValues: shared.all.map { ($0.owner, $0.places) })
    for key in axes {
      let users = ports[key] ?? []
      let everybody = Set((places[key.owner] ?? []).map(\.layer))
      let alike = users.allSatisfy { port in
        port.spread == users[0].spread && port.groups == users[0].groups
          && sites[port.site].channels == sites[users[0].site].channels
          && net.layers[port.layer].blobs[port.blob].shape == net.layers[users[0].layer].blobs[users[0].blob].shape
      }
      guard alike, everybody.isSubset(of: Set(users.map(\.layer))) else {
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

  private mutating func holdOutputs(_ current: [Int]) {
    for blob in net.outputs where current[blob] >= 0 {
      hold(current[blob], "blob '\(net.blobs[blob].name)' is an output of the net")
    }
  }
}
