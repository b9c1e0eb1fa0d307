/// What a run knows of a family's groups: one value per group, in arrays.
public struct GroupState: Equatable, Sendable {
  /// *Pruned* for good: the step (iteration + 1) in which a group fell, 0 for one that was found pruned; nil for one
  /// that lives.
  public internal(set) var prunedAt: [Int?]
  /// *Softened*: zeroed or shrunk by the last epoch, but free to grow again.
  public internal(set) var softened: [Bool]
  /// *Hidden*: zero while a pass runs; the values come back after it.
  public var hidden: [Bool]
  /// The penalty: added to the gradient as penalty * weight, and so half a square norm's coefficient.
  public var penalty: [Float]

  /// The state of `count` living groups without penalties.
  public init(count: Int) {
    prunedAt = [Int?](repeating: nil, count: count)
    softened = [Bool](repeating: false, count: count)
    hidden = softened
    penalty = [Float](repeating: 0, count: count)
  }

  /// Whether a group is pruned.
  public func isPruned(_ group: Int) -> Bool { prunedAt[group] != nil }

  /// How many groups are pruned.
  public var prunedCount: Int { prunedAt.count { $0 != nil } }

  /// The groups that are not pruned, ascending.
  public var living: [Int] { prunedAt.indices.filter { prunedAt[$0] == nil } }

  /// The living groups, those of the smallest score first; of equal ones the first comes first.
  func ranked(by scores: [Float]) -> [Int] { living.sorted { (scores[$0], $0) < (scores[$1], $1) } }
}
