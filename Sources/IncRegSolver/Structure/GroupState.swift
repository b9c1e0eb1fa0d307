/// What a method knows of a layer's groups: one value per group, in arrays.
public struct GroupState: Equatable, Sendable {
  /// The importance in the present iteration.
  public var score: [Float]
  /// The running mean of the rank by score since iteration 0; for pruned groups a negative mark that falls with the
  /// time of pruning, which is only written to snapshots (the order of pruned groups decides nothing).
  public var rankMean: [Float]
  /// The penalty: half its square-norm coefficient, added to the gradient as lambda * weight.
  public var lambda: [Float]
  /// The step (iteration + 1) in which a group was pruned, 0 for one that was found pruned, nil for one that is alive.
  public var prunedAt: [Int?]

  /// The state of `count` groups of which nothing is known.
  public init(count: Int) {
    score = [Float](repeating: 0, count: count)
    rankMean = score
    lambda = score
    prunedAt = [Int?](repeating: nil, count: count)
  }

  /// Whether a group is pruned.
  public func isPruned(_ group: Int) -> Bool { prunedAt[group] != nil }
}
