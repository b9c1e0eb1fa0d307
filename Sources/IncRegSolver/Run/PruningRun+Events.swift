import Pruning
import Solver

// What a machine that follows the run is told.
extension PruningRun {
  /// What it was told last.
  struct Told: Equatable {
    var phase: CoursePhase?
    var stage: Int?
    var ratios: [PruneEvent.Ratio] = []
  }

  /// The families that are pruned, by position.
  private var prunedFamilies: [Int] { entries.indices.filter { entries[$0].family.ratio > 0 } }

  /// Says what is to be pruned.
  func tellPlan(_ solver: Solver) throws {
    try solver.tell(
      PruneEvent.plan(
        iteration: solver.iteration, method: solver.parameter.pruneMethod, unit: method.structure.plural,
        prunedFamilies.map { index in
          let family = entries[index].family
          let members = family.layers.compactMap { $0.map { layers[$0].name } }
          return .init(
            name: family.name, layers: members, groups: family.count, ratio: family.ratio,
            pruned: family.state.prunedCount)
        }))
    told = Told()
  }

  /// Says that a phase has begun, and how far the families are: where that is due, or the phase has changed.
  func tellProgress(_ solver: Solver, isDue: Bool) throws {
    guard let keeper else { return }
    let stage = search?.state.stage
    let isNew = (told.phase, told.stage) != (keeper.phase, stage)
    if isNew {
      (told.phase, told.stage) = (keeper.phase, stage)
      try solver.tell(PruneEvent.phase(iteration: solver.iteration, keeper.phase, stage: stage))
    }
    guard isDue || isNew else { return }
    let ratios = prunedFamilies.map { index in
      let family = entries[index].family
      return PruneEvent.Ratio(
        achieved: family.achieved, target: keeper.aim(index).target, softened: family.state.softened.count { $0 })
    }
    guard ratios != told.ratios else { return }
    told.ratios = ratios
    let budget = Budget(layers, rule: .init(solver.parameter))
    try solver.tell(
      PruneEvent.ratios(
        iteration: solver.iteration, ratios, speedup: budget.speedup, compression: budget.compression))
  }

  /// Groups that are pruned, family by family.
  var prunedCounts: [Int] { prunedFamilies.map { entries[$0].family.state.prunedCount } }

  /// Says what a cut has come to.
  func tellCut(_ solver: Solver, from before: [Int]) throws {
    let cuts = zip(prunedFamilies, zip(before, prunedCounts)).map { index, counts in
      PruneEvent.Cut(name: entries[index].family.name, before: counts.0, after: counts.1)
    }
    guard cuts.contains(where: { $0.before != $0.after }) else { return }
    try solver.tell(PruneEvent.cut(iteration: solver.iteration, cuts))
    let penalties = GroupHistogram.penalties(families)
    guard !penalties.isEmpty else { return }
    try solver.tell(PruneEvent.histogram(iteration: solver.iteration, of: .penalty, penalties))
  }

  /// The scores of the families that are pruned, and the groups that live, before a cut; none where scores would be
  /// random numbers.
  func scored(_ solver: Solver) throws -> [(scores: [Float], living: [Int])] {
    guard !type(of: method.importance).needs.isEmpty else { return [] }
    return try prunedFamilies.map { index in
      let family = entries[index].family
      return (try moment(of: index, family, solver).scores(), family.state.living)
    }
  }

  /// Says how the scores of what lived before a cut are spread over what stayed and what went.
  func tellScores(_ solver: Solver, _ scored: [(scores: [Float], living: [Int])]) throws {
    guard !scored.isEmpty else { return }
    let histograms = zip(prunedFamilies, scored).compactMap { index, scored in
      GroupHistogram(entries[index].family, scored.scores, of: scored.living)
    }
    try solver.tell(PruneEvent.histogram(iteration: solver.iteration, of: .importance, histograms))
  }
}
