import Base
import CaffeProto
import Engine
import Glibc
import Pruning

/// Auto-balanced filter pruning (AFP): in the first half of the run the groups that are to go are drawn to zero, as
/// hard as they are small, and the others are pushed away from it, so that the penalties of a layer add up to zero.
/// Half-way the smallest groups are cut, and the rest of the run tunes what is left.
///
/// Source: caffe_increg, sgd_solver.cpp, UpdateAutobalancedReg and Regularize, as it is meant.
public struct AutoBalanced: PruningMethod {
  /// The names of the original, and one each for columns of tiles and channels.
  public static let names =
    ["AFP_Col", "Auto-balanced"].map { MethodName($0, ["AFP_Col", "Auto-balanced"], Columns()) }
    + ["AFP_Row", "Auto-balanced_Row"].map { MethodName($0, ["AFP_Row", "Auto-balanced_Row"], Rows()) }
    + [MethodName("AFP_TileCol", [], TileColumns()), MethodName("AFP_Channel", [], Channels())]
  /// Names the method in snapshots.
  public static let id = "AFP"

  /// What is pruned.
  public let structure: any Structure
  /// How the run treats the method.
  public let habits: Habits
  /// The strength of the penalty (`AA`).
  let alpha: Float
  /// The updates before the cut.
  let cutAfter: Int

  /// Reads the solver's fields.
  public init(_ solver: SolverParameter, as name: MethodName, profile: PruneProfile) throws {
    guard solver.aa > 0, solver.aa.isFinite else {
      throw IncRegError.field("AA", "must be positive for '\(solver.pruneMethod)', not \(solver.aa)")
    }
    guard solver.maxIter >= 2 else {
      throw IncRegError.field("max_iter", "must be at least 2 for a cut half-way, not \(solver.maxIter)")
    }
    structure = name.structure
    (alpha, cutAfter) = (solver.aa, solver.maxIter / 2)
    var habits = Habits()
    habits.asksNeighbours = solver.ifUpdateRowCol && !(structure is Channels)
    habits.replacesDecay = true
    habits.looksAt = .weights
    self.habits = habits
  }

  /// Penalties, the cut half-way, and fine-tuning.
  public var course: Course { .stages([Stage(.prune, until: .iteration(cutAfter), then: .cut), Stage(.finalRetrain)]) }

  /// The size of a group at the start decides its sign and strength for the whole run.
  public func act(_ moment: Moment, on family: inout PrunedFamily, _ strengths: inout Strengths, in run: MomentOfRun)
    throws
  {
    switch moment {
    case .start where family.ratio > 0: try balance(family, &strengths, run)
    case .update: try penalise(&family, strengths, run)
    case .cut: family.prune(try run.ranked(family).prefix(family.groupsLeft))
    case .start, .iteration, .gates, .epoch, .reached: break
    }
  }

  /// 1 + ln(theta / M) for a group of norm M among the smallest that are to go, -1 - ln(M / theta) for one that stays,
  /// where theta is the largest norm to go; 0 for what is pruned already.
  private func balance(_ family: PrunedFamily, _ strengths: inout Strengths, _ run: MomentOfRun) throws {
    let (norms, living) = (try run.scores(), try run.ranked(family))
    let goes = min(family.groupsLeft, living.count)
    strengths = Strengths(count: family.count)
    guard goes > 0 else { return }
    let theta = Double(norms[living[goes - 1]])
    for (place, group) in living.enumerated() {
      let norm = Double(norms[group])
      strengths.values[group] = Float(
        place < goes ? 1 + log(theta / (norm + 1e-12)) : -1 - log(norm / (theta + 1e-12)))
    }
  }

  /// The penalty alpha * s * weight where the strength s is positive, and tau * s * weight where it is not, with the
  /// tau for which s times the square norms, so weighted, add up to 0.
  private func penalise(_ family: inout PrunedFamily, _ strengths: Strengths, _ run: MomentOfRun) throws {
    var (drawn, pushed) = (0.0, 0.0)
    for member in family.groups.makers {
      try run.weights.withValues(of: member) { weights in
        for row in 0..<member.matrix.rows {
          for column in 0..<member.matrix.columns {
            guard let group = member.group(row: row, column: column) else { continue }
            let weight = Double(weights[row * member.matrix.columns + column])
            let penalty = Double(strengths.values[group]) * weight * weight
            if penalty > 0 { drawn += penalty } else { pushed += penalty }
          }
        }
      }
    }
    // Where no group stays, none can be pushed.
    let tau = pushed < 0 ? Float(-Double(alpha) * drawn / pushed) : 0
    family.state.penalty = strengths.values.map { $0 > 0 ? $0 * alpha : $0 * tau }
    family.penalise()
  }

  /// No strength yet.
  public func memory(of family: PrunedFamily) -> Strengths { Strengths(count: family.count) }

  /// A strength for every group.
  public func fits(_ strengths: Strengths, _ family: PrunedFamily) -> Bool { strengths.values.count == family.count }

  /// What is fixed at the start: per group how hard it is drawn to zero, below 0 where it is pushed away.
  public struct Strengths: Codable, Sendable {
    @Bits var values: [Float]

    init(count: Int) { values = [Float](repeating: 0, count: count) }
  }

  /// Says when the cut comes.
  public func plan(_ plan: inout RunPlan, _ run: PlannedRun<Strengths>) {
    plan.lines.append(
      "\(run.parameter.pruneMethod): auto-balanced penalties of strength AA = \(alpha.logged), a cut, and fine-tuning")
    plan.add(run.families, run.structure)
    plan.lines.append(
      run.phase == .finalRetrain
        ? "the cut is done" : "the cut is in iteration \(cutAfter - 1), the middle of max_iter; nothing falls before")
    plan.addPolicyRate(run.parameter)
    plan.warnUnused(run.parameter)
  }
}
