import Engine
import Pruning

/// One iteration of Reg_Row on one layer as caffe_increg runs it, with its mistake: the mark of a pruned row goes to
/// the wrong place of the scores. So the row keeps its rank, and it can be pruned and counted again instead of a living
/// one. Only with the profile `reference`.
///
/// Source: caffe_increg, sgd_solver.cpp, Regularize, branch Reg_Row.
struct ReferenceRows {
  private let schedule = CentreSymmetric()

  func callAsFunction(_ family: inout PrunedFamily, _ ranks: inout Ranks, step: Float, _ run: MomentOfRun) throws {
    let (rows, counted) = (family.count, family.pruned)
    let toPrune = family.groups(at: run.target) - counted
    guard toPrune > 0, counted < rows else { return family.wishes.remarks.append(.excess(toPrune)) }
    var scores = try run.scores()
    for row in 0..<rows where family.state.isPruned(row) { scores[row] = ranks.mean[row] }
    let (before, now) = (Float(run.iteration), Float(run.iteration + 1))
    for (rank, row) in order(scores).enumerated() where !family.state.isPruned(row) {
      ranks.mean[row] = (before * ranks.mean[row] + Float(rank)) / now
    }
    let places = order(ranks.mean)
    let living = rows - counted
    let deltas = schedule.deltas(PenaltySituation(step: step, toPrune: toPrune, living: living))
    for place in 0..<living {
      let row = places[place + counted]
      let old = family.state.penalty[row]
      let new = max(old + deltas[place], 0)
      family.state.penalty[row] = new
      if new >= run.ceiling {
        family.prune([row])
        // Scores lie at multiples of the number of columns. A mark at another place is never read.
        let columns = family.groups.only?.matrix.columns ?? 1
        if row % columns == 0 {
          let marked = row / columns
          ranks.mark(marked, step: run.iteration + 1, excess: family.state.penalty[marked] - run.ceiling)
        }
      }
      if new < old { family.wishes.remarks.append(.reduced(group: row, before: old, after: new)) }
    }
    family.penalise()
  }

  private func order(_ values: [Float]) -> [Int] {
    values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
  }
}
