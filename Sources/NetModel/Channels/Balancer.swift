/// Picks channels of group convolutions so that every group of a layer loses as many as the others.
///
/// What counts of a dependency group is on which sites of group convolutions it lies: its *balances*. Only groups that lie in
/// the same block on all of these sites are handled, one of every block at a time; others stay, by name.
public struct Balancer: Sendable {
  fileprivate struct Member: Sendable {
    let balances: [ChannelGraph.Balance]
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
    var waitingBlocks: [[ChannelGraph.Balance]: [[Int]]] = [:]
    var order: [[ChannelGraph.Balance]] = []
    var kept: [Int: String] = [:]
    for group in waiting {
      guard let member = members[group], let block = member.block, let balance = member.balances.first else {
        kept[group] = "it lies in several groups of a group convolution"
        continue
      }
      if waitingBlocks[member.balances] == nil { order.append(member.balances) }
      waitingBlocks[member.balances, default: Array(repeating: [], count: balance.groups)][block].append(group)
    }
    var removed: [Int] = []
    for balances in order {
      guard let blocks = waitingBlocks[balances] else { continue }
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
      let balance = balances[0]
      let reason =
        "layer '\(graph.net.layers[balance.layer].name)' has \(balance.groups) groups, which must stay equal"
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
      let block = sites[balance.site].channels / balance.groups
      for channel in 0..<sites[balance.site].channels {
        places[group(balance.site, channel), default: []].append((balance, channel / block))
      }
    }
    var members: [Int: Balancer.Member] = [:]
    for (id, list) in places {
      let sorted = list.sorted { ($0.balance.site, $0.balance.layer) < ($1.balance.site, $1.balance.layer) }
      let balances = sorted.map(\.balance)
      // Once per site, in the same block everywhere, and everywhere in as many groups.
      let alike =
        Set(balances).count == balances.count && Set(list.map(\.block)).count == 1
        && Set(balances.map(\.groups)).count == 1
      members[id] = .init(
        balances: balances, block: alike ? list[0].block : nil,
        sites: group(id: id)?.channels.map(\.site) ?? [])
    }
    return Balancer(graph: self, members: members)
  }
}
