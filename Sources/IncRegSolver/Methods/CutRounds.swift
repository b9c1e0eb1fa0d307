import CaffeProto
import Pruning

/// Cuts by an importance, in rounds that come evenly over a run.
public struct CutRounds: Sendable {
  /// Defaults of a method where they differ from these.
  struct Defaults: Sendable {
    /// What a group is worth.
    var importance = L1Norm.name
    /// Whether all groups of the net are ranked together.
    var isGlobal = false
    /// The share of a family's groups that stays in any case, in a global ranking.
    var keepShare: Float = 0
    /// The share of a round that comes before its cut.
    var before = 0.0
    /// Whether the number of groups that go is rounded up in a global ranking.
    var roundsUp = true
  }

  /// The importance's name.
  let importance: String
  private let isGlobal: Bool
  private let keepShare: Double
  private let roundsUp: Bool
  /// How many rounds, and their iterations; the last round may have more.
  let rounds: Int
  let length: Int
  /// Iterations of a round before its cut.
  let before: Int

  /// - Throws: ``IncRegError/field(_:_:)``
  init(_ solver: SolverParameter, _ defaults: Defaults) throws {
    let (check, given) = (SettingCheck(solver), solver.pruningParam)
    importance = given.hasImportance ? given.importance : defaults.importance
    guard Importances.names.contains(importance) else {
      throw IncRegError.field(
        "pruning_param.importance",
        "there is no '\(importance)'; there are \(Importances.names.joined(separator: ", "))")
    }
    isGlobal = given.hasGlobalRanking ? given.globalRanking : defaults.isGlobal
    keepShare = try check.share("keep_share", given.hasKeepShare ? given.keepShare : defaults.keepShare)
    roundsUp = defaults.roundsUp
    rounds = try check.atLeast(1, "rounds", given.rounds)
    length = solver.maxIter / rounds
    guard rounds == 1 || length >= 2 else {
      throw IncRegError.field("pruning_param.rounds", "\(rounds) are too many for \(solver.maxIter) iterations")
    }
    let asked = given.hasItersBeforeCut ? given.itersBeforeCut : Int(defaults.before * Double(length))
    before = try check.atLeast(0, "iters_before_cut", asked)
    guard before <= length else {
      throw IncRegError.field(
        "pruning_param.iters_before_cut", "\(before) are more than a round has, \(length) iterations")
    }
  }

  /// Every round has iterations before its cut, and iterations behind it, which retrain the net.
  var course: Course {
    .stages(
      (0..<rounds).flatMap { round in
        let cut = Stage(.prune, until: .iteration(round * length + before), then: .cutAndReset)
        let isLast = round + 1 == rounds
        // Without iterations before a cut, the stage behind one cut ends with the next one.
        guard before > 0 || isLast else { return [cut] }
        return [cut, isLast ? Stage(.finalRetrain) : Stage(.retrain, until: .iteration((round + 1) * length))]
      })
  }

  /// The share that is to be gone behind the cut of an iteration: of the rounds, each takes ratio / (k * ratio + n * (1
  /// - ratio)) of what is left, where k counts them from 1 to n.
  func share(of ratio: Double, at iteration: Int) -> Double {
    let round = Double(min(rounds, (iteration + 1 - before) / max(1, length) + 1))
    return round == Double(rounds) ? ratio : round * ratio / (round * ratio + Double(rounds) * (1 - ratio))
  }

  /// Cuts what is to go by now.
  func cut(_ families: inout [PrunedFamily], in runs: [MomentOfRun]) throws {
    guard let iteration = runs.first?.iteration else { return }
    let shares = families.map { share(of: $0.exactRatio, at: iteration) }
    let pruned = families.map(\.state.prunedCount)
    if isGlobal {
      let (goes, stays) = zip(families, shares).reduce((0.0, 0.0)) { sum, family in
        let count = Double(family.0.count)
        return (sum.0 + count * family.1, sum.1 + count * (1 - family.1))
      }
      let goal = roundsUp ? families.reduce(0) { $0 + $1.count } - Int(stays) : Int(goes)
      let left = goal - pruned.reduce(0, +)
      guard left > 0 else { return }
      let scores = try families.indices.map { index in
        GlobalRanking.comparable(try self.scores(families[index], runs[index]), made)
      }
      let chosen = GlobalRanking.lowest(
        left, of: scores, living: families.map(\.state.living),
        atLeast: families.map { Int(keepShare * Double($0.count)) + 1 }, bundles: blocks(families))
      for index in families.indices { families[index].prune(chosen[index]) }
    } else {
      for index in families.indices {
        let goal = families[index].groupsButOne(at: Float(shares[index]))
        guard goal > pruned[index] else { continue }
        let ranked = families[index].state.ranked(by: try scores(families[index], runs[index]))
        families[index].prune(ranked.prefix(goal - pruned[index]))
      }
    }
  }

  /// Says what is cut when.
  func plan<Memory>(_ plan: inout RunPlan, _ run: PlannedRun<Memory>, _ first: String) {
    let cuts = (0..<rounds).map { $0 * length + before }
    plan.lines.append("\(run.parameter.pruneMethod): \(first)")
    plan.lines.append(
      "cuts by the importance '\(importance)' \(isGlobal ? "in one ranking of all layers" : "layer by layer") before iteration \(cuts.map { "\($0)" }.joined(separator: ", "))"
    )
    plan.add(run.families, run.structure, goal: goal)
    if isGlobal { plan.lines.append("that many in all; of which layers the ranking decides") }
    plan.addPolicyRate(run.parameter)
    plan.warnUnused(run.parameter)
    if run.phase == .finalRetrain { plan.lines.append("the last cut is done") }
  }

  /// As many as the ratio asks for, but never all.
  func goal(_ family: PrunedFamily) -> Int { family.groupsButOne(at: family.ratio) }

  /// The importance.
  var made: any Importance { Importances.named(importance) ?? L1Norm() }

  /// Blocks of the same group convolutions, which must lose as many channels as each other.
  private func blocks(_ families: [PrunedFamily]) -> [[Int]] {
    let byLayers = Dictionary(grouping: families.indices) { families[$0].groups.layers }
    return byLayers.values.sorted { $0[0] < $1[0] }
  }

  /// Random scores come from the run's random numbers, so that a resumed run continues them.
  private func scores(_ family: PrunedFamily, _ run: MomentOfRun) throws -> [Float] {
    importance == RandomScore.name ? (0..<family.count).map { _ in run.random.uniform() } : try run.scores()
  }
}

/// A method that cuts all families together, in rounds.
public protocol RoundsMethod: PruningMethod where Memory == Nothing {
  /// When it cuts, and by what.
  var rounds: CutRounds { get }
}

extension RoundsMethod {
  /// What `pruning_param.importance` says, or the method's default.
  public var importance: any Importance { rounds.made }
  /// In every round iterations before the cut, the cut, and retraining.
  public var course: Course { rounds.course }

  /// Cuts.
  public func act(
    _ moment: Moment, together families: inout [PrunedFamily], _ memories: inout [Nothing], in runs: [MomentOfRun]
  ) throws {
    if moment == .cut { try rounds.cut(&families, in: runs) }
  }

  /// Nothing: families act together.
  public func act(_ moment: Moment, on family: inout PrunedFamily, _: inout Nothing, in run: MomentOfRun) {}

  /// As many as the ratio asks for, but never all.
  public func goal(_ family: PrunedFamily) -> Int { rounds.goal(family) }
}
