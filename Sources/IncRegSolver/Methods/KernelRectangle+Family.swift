import Pruning

extension PrunedFamily {
  /// Replaces the surviving kernel positions by the rectangle that is nearest to them: what is outside is pruned, what is
  /// inside may grow again from 0, without its penalty and as the least important.
  ///
  /// Nothing happens where nothing is pruned, or nothing survives.
  ///
  /// - Parameter step: the step in which positions outside count as pruned
  mutating func makeRectangular(_ ranks: inout Ranks, step: Int) {
    let alive = state.prunedAt.map { $0 == nil }
    guard let width = groups.only?.matrix.kernelWidth, alive.contains(false), alive.contains(true) else { return }
    let rectangle = KernelRectangle(nearestTo: alive, width: width)
    let inside = Set(rectangle.positions(width: width))
    let revived = alive.indices.filter { !alive[$0] && inside.contains($0) }
    let fallen = alive.indices.filter { alive[$0] && !inside.contains($0) }
    for position in revived {
      state.penalty[position] = 0
      ranks.mean[position] = 0
    }
    for position in fallen { ranks.mark(position, step: step, excess: 0) }
    revive(revived)
    prune(fallen)
    wishes.remarks.append(.reshaped(rectangle))
  }
}
