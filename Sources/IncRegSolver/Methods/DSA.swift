import Base
import CaffeProto
import Pruning

/// Differentiable sparsity allocation (DSA): how much every family of channels keeps is learned by gradient under a
/// bound on multiply-adds that falls to the budget, while gates hide channels at random, the weaker ones more often;
/// then the weakest are cut, and what is left is tuned with a fresh optimiser.
///
/// Source: Ning et al., DSA, ECCV 2020; walkerning/differentiable-sparsity-allocation, which has the gates and counts
/// multiply-adds. How the ratios come under the budget is ours (docs/methods.md).
public struct DSA: PruningMethod {
  /// Tied channels: multiply-adds can only be counted for what slimming takes away.
  public static let names = MethodName.all("DSA", [Channels()])
  /// Names the method in snapshots.
  public static let id = "DSA"

  /// What is pruned.
  public let structure: any Structure
  let settings: DSASettings
  /// Draws for a group's gate, from 0 to 1.
  var draws: @Sendable (RandomSource) -> Float = { $0.uniform() }

  /// Reads the solver's fields.
  public init(_ solver: SolverParameter, as name: MethodName, profile: PruneProfile) throws {
    structure = name.structure
    settings = try DSASettings(solver)
  }

  /// Allocation, the cut, and fine-tuning.
  public var course: Course {
    .stages([Stage(.prune, until: .iteration(settings.length), then: .cutAndReset), Stage(.finalRetrain)])
  }

  /// It hides, learns what to hide, and looks at all families together.
  public var habits: Habits {
    var habits = Habits()
    (habits.actsBeforePasses, habits.actsTogether, habits.hides, habits.choosesGoals) = (true, true, true, true)
    habits.gates = settings.interval > 0 ? .ownBatches(every: settings.interval) : .updates
    return habits
  }

  /// The most that may go.
  public func goal(_ family: PrunedFamily) -> Int { family.groupsButOne(at: family.ratio) }

  /// Makes gates before passes, moves the keep ratios by the gates' gradients, and cuts.
  public func act(
    _ moment: Moment, together families: inout [PrunedFamily], _ keeps: inout [Keep], in runs: [MomentOfRun]
  ) throws {
    guard let run = runs.first, let work = run.work else { return }
    let allocation = KeepAllocation(families, work)
    switch moment {
    case .start:
      let least = allocation.share(keep: allocation.units.indices.map { unit in allocation.least(unit).keptShare })
      guard least <= settings.budget + 1e-9 else {
        throw IncRegError.field(
          "pruning_param.budget",
          "\(settings.budget.logged) of the net's multiply-adds cannot be met: what may not be pruned needs \(least.fixed(4)) of them"
        )
      }
    case .iteration: makeGates(families, &keeps, runs)
    case .gates:
      step(allocation, families, &keeps, runs)
      // These gates are for the coming passes.
      if settings.interval > 0 { makeGates(families, &keeps, runs) }
    case .cut:
      makeGates(families, &keeps, runs)
      let goals = allocation.goals(
        keep: allocation.units.map { keeps[$0[0]].logit.sigmoid },
        margins: keeps.map { $0.gate?.margins.sorted() ?? [] }, budget: settings.budget)
      for (unit, goal) in goals.enumerated() {
        for index in allocation.units[unit] {
          guard let gate = keeps[index].gate else { continue }
          let ranked = zip(families[index].state.living, gate.margins).sorted { ($0.1, $0.0) < ($1.1, $1.0) }
          families[index].prune(ranked.prefix(goal).map(\.0))
        }
      }
    case .update, .epoch, .reached: break
    }
  }

  private func makeGates(_ families: [PrunedFamily], _ keeps: inout [Keep], _ runs: [MomentOfRun]) {
    for index in families.indices {
      let strengths = runs[index].strengths()
      keeps[index].gate = KeepGate(
        families[index].state.living.map { strengths[$0] }, keep: keeps[index].logit.sigmoid,
        slope: settings.slope(at: runs[index].iteration))
    }
  }

  private func step(
    _ allocation: KeepAllocation, _ families: [PrunedFamily], _ keeps: inout [Keep], _ runs: [MomentOfRun]
  ) {
    let gradients = families.indices.map { index in
      let byGroup = families[index].state.living.map { runs[index].gateGradient[$0] }
      let keep = keeps[index].logit.sigmoid
      return (keeps[index].gate?.gradient(byGroup) ?? 0) * keep * (1 - keep)
    }
    let logits = allocation.step(
      allocation.units.map { keeps[$0[0]].logit },
      gradient: allocation.units.map { $0.reduce(0) { $0 + gradients[$1] } }, rate: settings.rate,
      weight: settings.weight, bound: settings.bound(at: runs.first?.iteration ?? 0))
    for (unit, logit) in logits.enumerated() {
      for index in allocation.units[unit] { keeps[index].logit = logit }
    }
  }

  /// Whether a draw is at the gate's probability or above.
  public func hides(_ family: PrunedFamily, _ keep: Keep, _ random: RandomSource) -> [Bool] {
    var hidden = [Bool](repeating: false, count: family.count)
    guard let gate = keep.gate else { return hidden }
    for (group, probability) in zip(family.state.living, gate.probabilities) {
      hidden[group] = Double(draws(random)) >= probability
    }
    return hidden
  }

  /// All families begin with the same share.
  public func memory(of family: PrunedFamily) -> Keep { Keep(logit: settings.start) }

  /// A ratio that can be one.
  public func fits(_ keep: Keep, _ family: PrunedFamily) -> Bool { keep.logit.isFinite }

  /// Nothing: families act together.
  public func act(_ moment: Moment, on family: inout PrunedFamily, _: inout Keep, in run: MomentOfRun) {}

  /// What the method knows of a family.
  public struct Keep: Codable, Sendable {
    /// The logit of the share of living groups that is kept.
    var logit: Double
    /// The gates of the coming passes, which follow from that and from the weights.
    var gate: KeepGate?

    private enum CodingKeys: String, CodingKey { case logit }

    init(logit: Double) { self.logit = logit }
  }
}

extension Double {
  /// The share that is kept with this lowest logit; 1 for an infinite one.
  fileprivate var keptShare: Double { isFinite ? sigmoid : 1 }
}
