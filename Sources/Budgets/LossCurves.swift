import Slimming

/// What each width of each family loses, by whatever measure: never less where the family is narrower.
public struct LossCurves: Sendable {
  /// Per family and rung; infinity where a width is out of the question.
  public let losses: [[Double]]

  /// Takes the losses as they are.
  public init(_ losses: [[Double]]) { self.losses = losses }

  /// By importance. Where scores of different families can be compared, the loss is the sum of the scores that go. Else
  /// it is by how much the inverse of the share of its scores that a family keeps grows: so the last groups of a family
  /// are worth most, and no family is emptied because of its cost alone.
  public init(_ space: WidthSpace) {
    let compares = space.ranking.comparesFamilies
    losses = zip(space.ladders, space.rungs).map { ladder, rungs in
      let scores = ladder.scores.map { max(0, $0) }
      let all = scores.reduce(max(0, ladder.rest), +)
      var (gone, sums) = (0.0, [0.0])
      for score in scores {
        gone += score
        sums.append(gone)
      }
      return rungs.map { rung in
        if compares { return sums[rung] }
        // Where all scores are 0, the number of groups counts.
        let share = all > 0 ? 1 - sums[rung] / all : 1 - Double(rung) / Double(max(1, scores.count + 1))
        return 1 / max(share, 1e-9) - 1
      }
    }
  }
}
