import Base
import Solver

/// Where a pruning run stands, for somebody who watches it.
public struct PruneStatus: Equatable, Sendable {
  /// How far a family is pruned; fractions of its groups.
  public struct Family: Equatable, Sendable {
    /// Its name.
    public var name: String
    /// What is pruned.
    public var achieved: Float
    /// What it is to reach now.
    public var target: Float
  }

  /// The phase.
  public var phase: CoursePhase
  /// The stage of a search; nil of other courses.
  public var stage: Int?
  /// The families that are pruned.
  public var families: [Family]

  /// Whether the run ends by itself, before `max_iter` as a rule.
  public var endsByItself: Bool { stage != nil }

  /// In words: `stage 2, pruning (conv1 45 of 90 %, conv2 12 of 90 %)`.
  public var words: String {
    let part = stage.map { "stage \($0), " } ?? ""
    switch phase {
    case .prune: return families.isEmpty ? "\(part)pruning" : "\(part)pruning (\(ratios))"
    case .settle: return "\(part)settling"
    case .retrain: return "\(part)retraining"
    case .finalRetrain: return "final retraining"
    }
  }

  /// Layer by layer where that fits into a line.
  private var ratios: String {
    func text(_ achieved: Float, _ target: Float) -> String {
      "\(formatted("%.0f", Double(100 * achieved))) of \(formatted("%.0f", Double(100 * target))) %"
    }
    guard families.count > 4 else {
      return families.map { "\($0.name) \(text($0.achieved, $0.target))" }.joined(separator: ", ")
    }
    let count = Float(families.count)
    let done = families.count { $0.achieved >= $0.target }
    let mean = text(families.reduce(0) { $0 + $1.achieved } / count, families.reduce(0) { $0 + $1.target } / count)
    return "\(mean) on average, \(done) of \(families.count) layers done"
  }
}

/// A pruning run as it is seen from outside.
public protocol WatchedRun: AnyObject {
  /// Where it stands; nil before it has begun.
  var status: PruneStatus? { get }

  /// Whether it is tested before and behind its cuts, which an event tells.
  var testsCuts: Bool { get set }

  /// The solver states that it may yet go back to, or that hold its best nets.
  func neededSnapshots(_ solver: Solver) -> [String]
}

extension PruningRun: WatchedRun {
  /// The phase, and how far its families are.
  public var status: PruneStatus? {
    guard let keeper else { return nil }
    // Such a method only knows at the cut how much is to go.
    let isOpen = method.habits.choosesGoals && keeper.phase == .prune
    let pruned = entries.indices.filter { entries[$0].family.ratio > 0 && !isOpen }
    return PruneStatus(
      phase: keeper.phase, stage: search?.state.stage,
      families: pruned.map { index in
        let family = entries[index].family
        return .init(name: family.name, achieved: family.achieved, target: keeper.aim(index).target)
      })
  }

  /// The beginning, the last good stage, and the best check of the present retraining; none but in a search.
  public func neededSnapshots(_ solver: Solver) -> [String] {
    let host = RunHost(self, solver)
    return (search?.neededSnapshots ?? []).map { host.statePath(tag: $0.tag, iteration: $0.iteration) }
  }
}

extension PhaseController {
  /// What the run may go back to: its beginning, the last good stage, and the best of the present retraining.
  var neededSnapshots: [(tag: String, iteration: Int)] {
    let last = state.stage - 1
    var needed = [("_stage0", 0), ("_stage\(last)", state.lastFeasibleIteration)]
    if let best = state.lastFeasibleBest { needed.append(("_stage\(last)-retrain", best.iteration)) }
    for check in [state.plateau.best, state.plateau.overall, state.plateau.first] {
      if let check { needed.append((checkTag, check.iteration)) }
    }
    return needed
  }
}
