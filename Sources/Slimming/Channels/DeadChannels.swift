import NetModel

/// The channels that a masked net does not need, and the constants they leave behind.
///
/// A group goes without a trace where nobody reads it any more; it goes with its constant folded into its readers'
/// biases where every weight that makes it is zero. Removing one may free others, so the search runs to a fixed point.
struct DeadChannels {
  /// The channels among which they are.
  let graph: ChannelGraph
  /// By channel: whether the group that it names is removed.
  let removed: [Bool]
  /// What to add to biases: layer index to one value per made channel.
  let folds: [Int: [Double]]
  /// Dead groups that stay, by id, and why.
  let held: [Int: String]

  /// The channels of a site that stay.
  func keptChannels(_ site: Int) -> [Int] {
    (0..<graph.sites[site].channels).filter { !removed[graph.group(site, $0)] }
  }
}

extension ChannelGraph {
  /// Finds the channels that the net does not need with these weights.
  func deadChannels(weights: [String: [WeightBlob]]) -> DeadChannels {
    var search = DeadChannelSearch(
      graph: self, balancer: balancer(), constants: constantChannels(weights: weights),
      liveness: liveness(weights: weights), folds: ConstantFolds(graph: self, weights: weights),
      removed: Array(repeating: false, count: channelCount))
    while search.removeOnce() {}
    return DeadChannels(graph: self, removed: search.removed, folds: search.folds.sums, held: search.held)
  }
}

/// The state of the search for dead channels.
private struct DeadChannelSearch {
  let graph: ChannelGraph
  let balancer: Balancer
  let constants: ConstantChannels
  var liveness: Liveness
  var folds: ConstantFolds
  var removed: [Bool]
  var held: [Int: String] = [:]

  /// Removes all groups that are dead now; false if there are none.
  mutating func removeOnce() -> Bool {
    let constants = constants.values(liveness, folds)
    var changed = false
    held = [:]
    // Channels of group convolutions wait until every block can lose one.
    var waiting: [Int] = []
    for group in graph.groups where !removed[group.id] {
      // A layer that holds channels which no weight reads uses them itself: they are not dead.
      if graph.holds[group.id] != nil, !liveness.hasReaders(group) { continue }
      let read = liveness.reads(of: group)
      let known = read.allSatisfy { constants[$0.channel] != nil }
      guard known || liveness.isUnmade(group) else { continue }
      if let reason = graph.holds[group.id] ?? folds.obstacle(read, constants, liveness) {
        held[group.id] = reason
      } else if balancer.concerns(group.id) {
        waiting.append(group.id)
      } else if liveness.leavesOne(without: group) {
        remove(group, constants)
        changed = true
      } else {
        held[group.id] = "a layer must keep one channel"
      }
    }
    let (balanced, rest) = balancer.balanced(waiting, remaining: liveness.remaining)
    for group in balanced.compactMap({ graph.group(id: $0) }) {
      remove(group, constants)
      changed = true
    }
    held.merge(rest) { $1 }
    return changed
  }

  private mutating func remove(_ group: ChannelGraph.Group, _ constants: [Float?]) {
    folds.fold(liveness.reads(of: group), constants, liveness)
    liveness.remove(group)
    removed[group.id] = true
  }
}
