import CaffeProto
import Pruning

/// Growing regularisation (GReg-1, GReg-2): the penalty of the groups that are to go grows in even steps until they are
/// far smaller than the others, the net settles, they are cut, and what is left is tuned with a fresh optimiser.
///
/// GReg-1 takes the groups that are smallest at the start. GReg-2 lets a small penalty on all groups grow first and
/// takes those that are smallest then; the others get a penalty below 0.
///
/// Source: Wang et al., Neural Pruning via Growing Regularization, ICLR 2021; MingSun-Tse/Regularization-Pruning.
public struct GrowingReg: PruningMethod {
  /// Tied channels, filters, input channels, columns of tiles, or single weights.
  public static let names = ["GReg-1", "GReg-2"].flatMap {
    MethodName.all($0, [Channels(), Rows(), Inputs(), TileColumns(), Weights()])
  }
  /// Names the method in snapshots.
  public static let id = "GReg"

  /// What is pruned.
  public let structure: any Structure
  let settings: GrowingRegSettings

  /// Reads the solver's fields.
  public init(_ solver: SolverParameter, as name: MethodName, profile: PruneProfile) throws {
    structure = name.structure
    settings = try GrowingRegSettings(solver, picks: name.name.hasPrefix("GReg-2"))
  }

  /// Penalties until all is done and settled, the cut, and fine-tuning.
  public var course: Course {
    .stages([
      Stage(.prune, until: .finished(settling: settings.settling), then: .cutAndReset), Stage(.finalRetrain),
    ])
  }

  /// It looks at scores, and at all families one after the other.
  public var habits: Habits {
    var habits = Habits()
    (habits.looksAt, habits.actsTogether, habits.actsBeforePasses) = (.scores, true, true)
    return habits
  }

  /// N * ratio, rounded up, but never all.
  public func goal(_ family: PrunedFamily) -> Int {
    min(Int((family.exactRatio * Double(family.counted)).rounded(.up)), family.counted - 1)
  }

  /// Moves the penalties of families on that are not done, in the order of the net. The others keep theirs.
  public func act(
    _ moment: Moment, together families: inout [PrunedFamily], _ choices: inout [Choice], in runs: [MomentOfRun]
  ) throws {
    guard moment == .iteration, let iteration = runs.first?.iteration, iteration % settings.interval == 0 else {
      return
    }
    for index in families.indices where families[index].finishedAt == nil {
      try step(&families[index], &choices[index], runs[index])
      // By the original GReg-1 waits for the ratios of all layers as they are known by now, GReg-2 for the layer's own.
      let ratios = (settings.picks ? [choices[index]] : choices).flatMap(\.ratio)
      let isFar = !(structure is Weights) && ratios.allSatisfy { $0 >= settings.magnitudeRatio }
      let highest = families[index].state.penalty.max() ?? 0
      guard choices[index].isMade, isFar || highest > settings.limit || choices[index].groups.isEmpty else { continue }
      families[index].finishedAt = iteration
    }
  }

  private func step(_ family: inout PrunedFamily, _ choice: inout Choice, _ run: MomentOfRun) throws {
    // While groups are picked, the choice is provisional, and is made anew each time.
    if !choice.isMade { choice.groups = try lowest(family, run) }
    if !settings.picks { choice.isMade = true }
    if choice.isMade {
      let penalties = choice.groups.map { family.state.penalty[$0] + settings.step }
      if settings.picks, !choice.isParted {
        for group in family.state.living { family.state.penalty[group] = settings.keepPenalty }
        choice.isParted = true
      }
      for (group, penalty) in zip(choice.groups, penalties) { family.state.penalty[group] = penalty }
    } else {
      for group in family.state.living { family.state.penalty[group] += settings.pickStep }
    }
    if !(structure is Weights) { choice.update(try run.scores(), of: family.state.living) }
    if !choice.isMade { choice.isMade = (family.state.penalty.max() ?? 0) >= settings.pickLimit }
  }

  private func lowest(_ family: PrunedFamily, _ run: MomentOfRun) throws -> [Int] {
    Array(try run.ranked(family).prefix(max(0, goal(family) - family.state.prunedCount)))
  }

  /// Lets penalties count in updates, and prunes the chosen groups at the cut.
  public func act(_ moment: Moment, on family: inout PrunedFamily, _ choice: inout Choice, in run: MomentOfRun) throws {
    switch moment {
    case .update: family.penalise()
    case .cut: family.prune(choice.isMade ? choice.groups : try lowest(family, run))
    case .start, .iteration, .gates, .epoch, .reached: break
    }
  }

  /// No group is chosen yet.
  public func memory(of family: PrunedFamily) -> Choice { Choice() }

  /// Whether all numbers of groups exist.
  public func fits(_ choice: Choice, _ family: PrunedFamily) -> Bool {
    choice.groups.allSatisfy((0..<family.count).contains) && choice.ratio.count <= 1
  }

  /// What the method knows of a family.
  public struct Choice: Codable, Sendable {
    /// The groups that are to go, and whether that is settled.
    var groups: [Int] = []
    var isMade = false
    /// Whether the penalties of those that stay are set.
    var isParted = false
    /// The smoothed ratio of mean scores, of those that stay to those that go; none before the first step.
    @Bits var ratio: [Float] = []

    /// Takes new scores into the ratio.
    mutating func update(_ scores: [Float], of living: [Int]) {
      let goes = Set(groups)
      func mean(_ groups: [Int]) -> Float { groups.reduce(0) { $0 + scores[$1] } / Float(max(1, groups.count)) }
      let now = goes.isEmpty ? Float.infinity : mean(living.filter { !goes.contains($0) }) / mean(groups)
      ratio = [ratio.first.map { $0 * 0.9 + now * 0.1 } ?? now]
    }
  }
}
