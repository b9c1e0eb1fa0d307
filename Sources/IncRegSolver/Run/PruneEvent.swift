import Base
import Solver

/// What a pruning run says to a machine that follows it (`docs/log-json.md`).
enum PruneEvent: LoggedEvent, Equatable {
  /// What is to be pruned.
  case plan(iteration: Int, method: String, unit: String, [Plan])
  /// How far the families are; what pruning has saved, as caffe_increg counts.
  case ratios(iteration: Int, [Ratio], speedup: Float, compression: Float)
  /// A phase begins; the stage of a search, or nil.
  case phase(iteration: Int, CoursePhase, stage: Int?)
  /// Groups were cut at once.
  case cut(iteration: Int, [Cut])
  /// How groups are spread over values of one kind: behind a cut, and where a stage has pruned what it asked for.
  case histogram(iteration: Int, of: Measure, [GroupHistogram])
  /// Tests on both sides of a cut. `before` is empty where it is not known, as in a run that was resumed in between.
  /// `after` is with new statistics of normalisations where the run takes them anew.
  case tested(iteration: Int, before: [NetOutput], after: [NetOutput])
  /// Running statistics were taken anew: an output of a test with the old and with the new ones.
  case statistics(iteration: Int, [Change])
  /// A retraining is over: the best of its checks.
  case best(iteration: Int, of: Int, accuracy: Float, phase: CoursePhase, state: String)
  /// A stage was judged by the accuracy it kept.
  case judged(iteration: Int, stage: Int, accuracy: Float, borderline: Float, isGood: Bool)
  /// The run went back to a snapshot, and goes on from its iteration.
  case restored(iteration: Int, from: Int)

  /// What groups are counted by.
  enum Measure: String {
    /// The score by the method's importance, as it was before the cut.
    case importance
    /// The penalty.
    case penalty
  }

  /// What is to be pruned of a family.
  struct Plan: Equatable {
    let name: String
    let layers: [String]
    let groups: Int
    let ratio: Float
    let pruned: Int
  }

  /// Where a family stands.
  struct Ratio: Equatable {
    let achieved: Float
    let target: Float
    let softened: Int
  }

  /// A family's pruned groups around a cut.
  struct Cut: Equatable {
    let name: String
    let before: Int
    let after: Int
  }

  /// A value before and after.
  struct Change: Equatable {
    let name: String
    let before: Float
    let after: Float
  }
}

extension PruneEvent {
  var event: String {
    switch self {
    case .plan: "prune_plan"
    case .ratios: "prune_ratios"
    case .phase: "prune_phase"
    case .cut: "prune_cut"
    case .histogram: "prune_histogram"
    case .tested: "cut"
    case .statistics: "prune_statistics"
    case .best: "prune_best"
    case .judged: "prune_judged"
    case .restored: "prune_restored"
    }
  }

  var fields: [(String, JSON.Value)] {
    switch self {
    case .plan(let iteration, let method, let unit, let families):
      [
        ("iteration", .integer(iteration)), ("method", .string(method)), ("unit", .string(unit)),
        ("families", .list(families.map(\.json))),
      ]
    case .ratios(let iteration, let families, let speedup, let compression):
      [
        ("iteration", .integer(iteration)), ("achieved", .list(families.map { .number($0.achieved) })),
        ("target", .list(families.map { .number($0.target) })),
        ("softened", .list(families.map { .integer($0.softened) })), ("speedup", .number(speedup)),
        ("compression", .number(compression)),
      ]
    case .phase(let iteration, let phase, let stage):
      [("iteration", .integer(iteration)), ("phase", .string(phase.rawValue))]
        + (stage.map { [("stage", .integer($0))] } ?? [])
    case .cut(let iteration, let cuts):
      [
        ("iteration", .integer(iteration)),
        (
          "families",
          .list(
            cuts.map {
              .object([("name", .string($0.name)), ("before", .integer($0.before)), ("after", .integer($0.after))])
            })
        ),
      ]
    case .histogram(let iteration, let measure, let families):
      [
        ("iteration", .integer(iteration)), ("of", .string(measure.rawValue)),
        ("families", .list(families.map(\.json))),
      ]
    case .tested(let iteration, let before, let after):
      [
        ("iteration", .integer(iteration)), ("before", .list(before.map(\.json))), ("after", .list(after.map(\.json))),
      ]
    case .statistics(let iteration, let changes):
      [
        ("iteration", .integer(iteration)),
        (
          "outputs",
          .list(
            changes.map {
              .object([("name", .string($0.name)), ("before", .number($0.before)), ("after", .number($0.after))])
            })
        ),
      ]
    case .best(let iteration, let best, let accuracy, let phase, let state):
      [
        ("iteration", .integer(iteration)), ("best_iteration", .integer(best)), ("accuracy", .number(accuracy)),
        ("phase", .string(phase.rawValue)), ("state", .string(state)),
      ]
    case .judged(let iteration, let stage, let accuracy, let borderline, let isGood):
      [
        ("iteration", .integer(iteration)), ("stage", .integer(stage)), ("accuracy", .number(accuracy)),
        ("borderline", .number(borderline)), ("good", .boolean(isGood)),
      ]
    case .restored(let iteration, let from): [("iteration", .integer(iteration)), ("from", .integer(from))]
    }
  }
}

extension PruneEvent.Plan {
  fileprivate var json: JSON.Value {
    .object([
      ("name", .string(name)), ("layers", .list(layers.map { .string($0) })), ("groups", .integer(groups)),
      ("ratio", .number(ratio)), ("pruned", .integer(pruned)),
    ])
  }
}
