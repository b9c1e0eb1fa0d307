import Base
import CaffeProto
import Engine
import Pruning

/// Structured probabilistic pruning (SPP): every group has a probability with which it is hidden in an iteration. By the
/// order of the groups' sizes the probabilities rise and fall, and a group that reaches 1 is pruned for good. Hidden
/// weights come back after each pass: only their gradient is missing.
///
/// Source: SPP (Wang et al., BMVC 2018); caffe_increg, commit cf55166.
public struct Probabilistic: PruningMethod {
  /// The names of the original, and one each for columns of tiles and channels.
  public static let names = [
    MethodName("PP_Col", [], Columns()), MethodName("PP_Row", [], Rows()),
    MethodName("PP_TileCol", [], TileColumns()), MethodName("PP_Channel", [], Channels()),
  ]
  /// Names the method in snapshots.
  public static let id = "SPP"

  /// What is pruned.
  public let structure: any Structure
  /// How the run treats the method.
  public let habits: Habits
  /// The largest step of a probability (`AA`).
  let step: Float
  /// Iterations between two steps (`prune_interval`).
  let interval: Int
  private let speedup: Float
  private let schedule = CentreSymmetric()

  /// Reads the solver's fields.
  public init(_ solver: SolverParameter, as name: MethodName, profile: PruneProfile) throws {
    for (field, value) in [("AA", solver.aa), ("speedup", solver.speedup)] {
      guard value > 0, value.isFinite else {
        throw IncRegError.field(field, "must be positive for '\(solver.pruneMethod)', not \(value)")
      }
    }
    guard solver.pruneInterval >= 1 else {
      throw IncRegError.field("prune_interval", "must be at least 1, not \(solver.pruneInterval)")
    }
    structure = name.structure
    (step, interval, speedup) = (solver.aa, solver.pruneInterval, solver.speedup)
    var habits = Habits()
    habits.asksNeighbours = solver.ifUpdateRowCol && !(structure is Channels)
    (habits.actsBeforePasses, habits.hides) = (true, true)
    habits.looksAt = .weights
    self.habits = habits
  }

  /// Until all is pruned that is to go.
  public var course: Course { .stages([Stage(.prune, until: .reached(speedup: speedup)), Stage(.finalRetrain)]) }

  /// All probabilities are 0.
  public func memory(of family: PrunedFamily) -> Chances { Chances(count: family.count) }

  /// A probability for every group.
  public func fits(_ chances: Chances, _ family: PrunedFamily) -> Bool { chances.values.count == family.count }

  /// Moves probabilities at the beginning of an iteration.
  public func act(_ moment: Moment, on family: inout PrunedFamily, _ chances: inout Chances, in run: MomentOfRun) throws
  {
    guard moment == .iteration, family.groupsLeft > 0, run.iteration % interval == 0 else { return }
    let living = try run.ranked(family)
    let left = family.groupsLeft
    let deltas = schedule.deltas(PenaltySituation(step: step, toPrune: left, living: living.count))
    for (place, group) in living.enumerated() {
      chances.values[group] = min(max(chances.values[group] + deltas[place], 0), 1)
    }
    family.prune(living.filter { chances.values[$0] == 1 }.prefix(left))
  }

  /// Draws in the order of the groups. A family that has reached its ratio hides nothing any more.
  public func hides(_ family: PrunedFamily, _ chances: Chances, _ random: RandomSource) -> [Bool] {
    var hidden = [Bool](repeating: false, count: family.count)
    guard family.groupsLeft > 0 else { return hidden }
    for group in family.state.living { hidden[group] = random.uniform() < chances.values[group] }
    return hidden
  }

  /// What the method knows: per group the probability with which it is hidden.
  public struct Chances: Codable, Sendable {
    @Bits var values: [Float]

    init(count: Int) { values = [Float](repeating: 0, count: count) }
  }

  /// Says when the first group can fall.
  public func plan(_ plan: inout RunPlan, _ run: PlannedRun<Chances>) {
    let parameter = run.parameter
    plan.lines.append(
      "\(parameter.pruneMethod): groups are hidden at random; probabilities change by at most AA = \(step.logged) every \(interval) iterations (prune_interval)"
    )
    plan.add(run.families, run.structure)
    plan.addPolicyRate(parameter)
    let highest = zip(run.families, run.memories).filter { $0.0.groupsLeft > 0 }
      .flatMap { family, chances in family.state.living.map { chances.values[$0] } }.max()
    if run.phase == .finalRetrain {
      plan.lines.append("everything is pruned already: fine-tuning")
    } else if let steps = Ceiling.steps(from: highest ?? 0, by: step, to: 1) {
      let due = (run.iteration + interval - 1) / interval * interval
      plan.addFirstFall(due + (steps - 1) * interval, parameter)
    } else {
      plan.warnings.append("AA: steps of \(step.logged) are lost to rounding before a probability reaches 1")
    }
    plan.warnUnused(parameter)
  }
}
