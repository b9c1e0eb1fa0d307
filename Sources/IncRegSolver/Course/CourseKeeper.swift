import Solver

/// Keeps a run on its course.
protocol CourseKeeper: AnyObject {
  /// The phase.
  var phase: CoursePhase { get }
  /// Passes per update.
  var accumulation: Int { get }
  /// What is saved of it.
  var saved: SavedCourse { get }

  /// The rate of an update, where the policy says `policy`.
  func learningRate(policy: Float) -> Float
  /// What a family is asked to reach, and what it had reached before.
  func aim(_ family: Int) -> Aim
  /// Whether a method may act on a family with an update.
  func acts(on family: Int, _ state: PrunedFamily) -> Bool
  /// Whether the update of an iteration comes with a cut.
  func cuts(at iteration: Int) -> Bool
  /// What follows the update of an iteration.
  func finish(after iteration: Int, isLast: Bool, _ families: @autoclosure () -> [PrunedFamily]) -> Stage.Finish
  /// Whether the run begins with a cut.
  var cutsAtBegin: Bool { get }
  /// Notes a family's new ratios, and says whether it has just reached its target.
  func refreshed(_ index: Int, _ family: PrunedFamily, _ masked: MaskedRatio, iteration: Int) -> Bool
  /// Begins a run.
  func begin(_ host: some PhaseHost) throws
  /// Notes that groups fell before the passes of an iteration.
  func moved(_ host: some PhaseHost)
  /// Moves on after an update.
  func advance(_ host: some PhaseHost) throws -> RunDecision
  /// Takes what was saved.
  func take(_ saved: SavedCourse, families: Int) throws
  /// Says at the end of a run what is pruned.
  func end(_ host: some PhaseHost)
}

extension Course {
  /// Whether a phase of the course wants more than one pass per update.
  var accumulates: Bool {
    switch self {
    case .stages: false
    case .search(let settings): settings.accumulation.values.contains { $0 > 1 }
    }
  }

  /// The keeper of a run with these families.
  func keeper(_ families: [PrunedFamily], _ output: PruneOutput) -> any CourseKeeper {
    switch self {
    case .stages(let stages): StageKeeper(stages, families: families, output: output)
    case .search(let settings): PhaseController(settings, families: families, output: output)
    }
  }
}

/// What a stage asks of a family.
struct Aim {
  /// The ratio to reach.
  var target: Float
  /// The ratio when the last good stage ended.
  var lastFeasible: Float = 0
  /// The penalty at which a group falls, in IncReg.
  var ceiling: Float = .infinity
}

/// What is saved of a course.
enum SavedCourse: Codable, Equatable {
  /// The number of the stage, from 0.
  case stage(Int)
  /// All that a search knows.
  case search(ControlState)
}
