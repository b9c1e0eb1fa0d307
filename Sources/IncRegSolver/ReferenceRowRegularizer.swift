import Engine

/// One iteration of Reg_Row on one layer as caffe_increg runs it, mistake included: the mark of a pruned row goes to the
/// wrong place of the scores, so that the row keeps its rank, can take the place of a living one, and be pruned and
/// counted again. Only with the profile `reference`.
///
/// Source: caffe_increg, sgd_solver.cpp, Regularize, branch Reg_Row.
struct ReferenceRowRegularizer {
  private let importance = L1Norm()
  private let schedule = CentreSymmetric()

  func callAsFunction(
    _ layer: inout PrunableLayer, weights: FloatView, _ situation: RankRegularizer.Situation
  ) -> RankRegularizer.Outcome {
    var outcome = RankRegularizer.Outcome()
    let rows = layer.space.rows
    let counted = layer.countedRows
    let toPrune = Int((Float(rows) * situation.target).rounded(.up)) - counted
    guard toPrune > 0, counted < rows else {
      outcome.excess = toPrune
      return outcome
    }
    var scores = [Float](repeating: 0, count: rows)
    importance.score(weights, space: layer.space, into: &scores)
    for row in 0..<rows where layer.state.isPruned(row) { scores[row] = layer.state.rankMean[row] }
    let (before, now) = (Float(situation.iteration), Float(situation.iteration + 1))
    for (rank, row) in order(scores).enumerated() where !layer.state.isPruned(row) {
      layer.state.rankMean[row] = (before * layer.state.rankMean[row] + Float(rank)) / now
    }
    let places = order(layer.state.rankMean)
    let living = rows - counted
    let deltas = schedule.deltas(PenaltySituation(step: situation.step, toPrune: toPrune, living: living))
    for place in 0..<living {
      let row = places[place + counted]
      let old = layer.state.lambda[row]
      let new = max(old + deltas[place], 0)
      layer.state.lambda[row] = new
      if new >= situation.ceiling {
        let step = situation.iteration + 1
        if layer.mask.isMasked(row: row) { layer.twiceCounted.rows += 1 }
        layer.prune(row, step: step)
        outcome.pruned.append(row)
        // Scores lie at multiples of the columns; elsewhere a mark is never read.
        if row % layer.space.columns == 0 {
          let marked = row / layer.space.columns
          layer.state.rankMean[marked] =
            Float(step - 1_000_000) - (layer.state.lambda[marked] - situation.ceiling)
        }
      }
      if new < old { outcome.reduced.append((row, old, new)) }
    }
    return outcome
  }

  private func order(_ values: [Float]) -> [Int] {
    values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
  }
}
