/// What IncReg knows of a family: the mean rank of every group.
public struct Ranks: Codable, Sendable {
  /// The running mean of the rank by score since iteration 0; for pruned groups a negative mark that falls with the
  /// time of pruning, which is only written to snapshots (the order of pruned groups decides nothing).
  @Bits var mean: [Float]
  private var byScore = RankOrder()
  private var byMean = RankOrder()
  private var last: (of: PenaltySituation, deltas: [Float])?

  private enum CodingKeys: String, CodingKey { case mean }

  /// The ranks of `count` groups, all 0.
  init(count: Int) { mean = [Float](repeating: 0, count: count) }

  /// Takes new scores in.
  ///
  /// - Returns: the number of living groups
  mutating func update(_ scores: [Float], _ state: GroupState, iteration: Int) -> Int {
    let living = byScore.sort(scores, prunedAt: state.prunedAt)
    let (before, now) = (Float(iteration), Float(iteration + 1))
    let pruned = scores.count - living
    for place in 0..<living {
      let group = byScore[place]
      mean[group] = (before * mean[group] + Float(pruned + place)) / now
    }
    _ = byMean.sort(mean, prunedAt: state.prunedAt)
    return living
  }

  /// The group at a place of the order of mean ranks, the least important first, as of the last update.
  func group(at place: Int) -> Int { byMean[place] }

  /// Marks a group that falls.
  mutating func mark(_ group: Int, step: Int, excess: Float) { mean[group] = Float(step - 1_000_000) - excess }

  /// The schedule's changes. They are kept until another group is pruned, since the situation does not change before.
  mutating func deltas(_ situation: PenaltySituation, _ schedule: any PenaltySchedule) -> [Float] {
    if let last, last.of == situation { return last.deltas }
    let deltas = schedule.deltas(situation)
    last = (situation, deltas)
    return deltas
  }
}
