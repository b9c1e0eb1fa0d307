/// Picks channels of group convolutions so that every block of a layer loses as many as the others.
///
/// What matters is on which sites of group convolutions a dependency group lies: its *balances*. Where it has as many
/// channels in every block of a site, as behind a ShuffleChannel, it keeps blocks equal by itself, and that site does
/// not count. A group that lies in the same block on all other sites can go, together with one from each of the other
/// blocks. Any other group stays, and is named.
public struct Balancer: Sendable {
  fileprivate struct Member: Sendable {
    let balances: [ChannelGraph.Balance]
    /// How many channels it has on the balances' sites.
    let counts: [Int]
    /// The block of all its channels; nil where they lie in different ones.
    let block: Int?
    /// The sites of all its channels.
    let sites: [Int]
  }

  fileprivate let graph: ChannelGraph
  fileprivate let members: [Int: Member]

  /// Whether a dependency group lies on a group convolution's site.
  public func concerns(_ group: Int) -> Bool { members[group] != nil }

  /// The block of a group convolution in which a dependency group lies; nil where it lies in none, or in several.
  public func block(of group: Int) -> Int? { members[group]?.block }

  /// The sites of group convolutions on which a dependency group lies.
  func balances(of group: Int) -> [ChannelGraph.Balance] { members[group]?.balances ?? [] }

  /// The most of `waiting` that can go together, and what holds the rest.
  ///
  /// - Parameters:
  ///   - waiting: dependency groups in the order in which they should go
  ///   - remaining: per site, the channels that are left
  public func balanced(_ waiting: [Int], remaining: [Int]) -> (removed: [Int], kept: [Int: String]) {
    var remaining = remaining
    struct Kind: Hashable {
      let balances: [ChannelGraph.Balance]
      let counts: [Int]
    }
    var waitingBlocks: [Kind: [[Int]]] = [:]
    var order: [Kind] = []
    var kept: [Int: String] = [:]
    for group in waiting {
      guard let member = members[group], let block = member.block, let balance = member.balances.first else {
        kept[group] = "it lies in several groups of a group convolution"
        continue
      }
      let kind = Kind(balances: member.balances, counts: member.counts)
      if waitingBlocks[kind] == nil { order.append(kind) }
      waitingBlocks[kind, default: Array(repeating: [], count: balance.blocks)][block].append(group)
    }
    var removed: [Int] = []
    for kind in order {
      guard let blocks = waitingBlocks[kind] else { continue }
      var taken = 0
      let most = blocks.map(\.count).min() ?? 0
      // All sites of the groups lose channels, not only those of the group convolutions.
      while taken < most {
        let next = blocks.map { $0[taken] }
        let losses = next.flatMap { sites(of: $0) }
        var after = remaining
        for site in losses { after[site] -= 1 }
        guard losses.allSatisfy({ after[$0] > 0 }) else { break }
        remaining = after
        removed += next
        taken += 1
      }
      let balance = kind.balances[0]
      let reason =
        "layer '\(graph.net.layers[balance.layer].name)' has \(balance.blocks) groups, which must stay equal"
      for group in blocks.flatMap({ $0.dropFirst(taken) }) { kept[group] = reason }
    }
    return (removed, kept)
  }

  private func sites(of group: Int) -> [Int] { members[group]?.sites ?? [] }
}

extension ChannelGraph {
  /// What group convolutions ask of the dependency groups that are removed.
  public func balancer() -> Balancer {
    var places: [Int: [(balance: Balance, block: Int)]] = [:]
    for balance in Set(balances) {
      let block = sites[balance.site].channels / balance.blocks
      for channel in 0..<sites[balance.site].channels {
        places[group(balance.site, channel), default: []].append((balance, channel / block))
      }
    }
    var members: [Int: Balancer.Member] = [:]
    for (id, list) in places {
      let uneven = Dictionary(grouping: list, by: \.balance).filter { balance, places in
        let counts = Dictionary(grouping: places, by: \.block).values.map(\.count)
        return counts.count < balance.blocks || Set(counts).count > 1
      }
      guard !uneven.isEmpty else { continue }
      let balances = uneven.keys.sorted { ($0.site, $0.layer) < ($1.site, $1.layer) }
      let blocks = Set(uneven.values.joined().map(\.block))
      // It lies in the same block on all sites, and all sites have the same number of blocks.
      let alike = blocks.count == 1 && Set(balances.map(\.blocks)).count == 1
      members[id] = .init(
        balances: balances, counts: balances.map { uneven[$0]?.count ?? 0 }, block: alike ? blocks.first : nil,
        sites: group(id: id)?.channels.map(\.site) ?? [])
    }
    return Balancer(graph: self, members: members)
  }
}
