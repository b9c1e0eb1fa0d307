import CaffeProto
import Engine
import Pruning

/// Incremental regularisation (IncReg): groups are ranked by the mean of their ranks so far; the penalties of those
/// that are to go grow, by their rank, those of the others fall, and a group whose penalty reaches the ceiling is
/// pruned.
///
/// Source: Wang et al., IncReg; caffe_increg, sgd_solver.cpp, Regularize, branches Reg_Col and Reg_Row, the latter with
/// the rows' marks where they belong.
public struct IncReg: PruningMethod {
  /// The names of the original, and two more for channels and columns of tiles. The configurations for spatial pruning
  /// that came with the original ask for `Reg_Col` with the regularization `RegSpa_Col`.
  public static let names =
    ["Reg_Col", "Reg-rank_Col"].map { MethodName($0, ["Reg_Col"], Columns()) }
    + ["Reg_Row", "Reg-rank_Row"].map { MethodName($0, ["Reg_Row"], Rows()) }
    + ["RegSpa_Col", "Reg_Col", "Reg-rank_Col"].map { MethodName($0, ["RegSpa_Col"], Positions()) }
    + [MethodName("Reg_TileCol", [], TileColumns()), MethodName("Reg_Channel", [], Channels())]
  /// Names the method in snapshots.
  public static let id = "IncReg"

  /// The settings of the run.
  public let settings: IncRegSettings
  /// What is pruned.
  public let structure: any Structure
  /// How the run treats the method.
  public let habits: Habits
  private let schedule: any PenaltySchedule

  /// Reads the solver's fields.
  public init(_ solver: SolverParameter, as name: MethodName, profile: PruneProfile) throws {
    structure = name.structure
    let prunesRows = structure is Rows
    guard profile == .fixed || !(structure is TileColumns) else {
      throw IncRegError.field(
        "--profile", "'\(profile.rawValue)' says nothing of '\(name.name)', which caffe_increg does not have")
    }
    // The original prunes rows by the first schedule only.
    settings = try IncRegSettings(solver, profile: profile, alwaysCentreSymmetric: prunesRows)
    schedule = settings.centreSymmetric ? CentreSymmetric() : Discontinuous()
    var habits = Habits()
    habits.asksNeighbours = settings.propagates && !(structure is Channels)
    habits.original = CaffeRules(profile: profile, prunesRows: prunesRows)
    habits.looksAt = .scores
    self.habits = habits
  }

  /// caffe_increg's search.
  public var course: Course { .search(settings) }

  /// No ranks yet.
  public func memory(of family: PrunedFamily) -> Ranks { Ranks(count: family.count) }

  /// A rank for every group.
  public func fits(_ ranks: Ranks, _ family: PrunedFamily) -> Bool { ranks.mean.count == family.count }

  /// Moves ranks and penalties on with every update. Where positions were pruned, makes kernels rectangular.
  public func act(_ moment: Moment, on family: inout PrunedFamily, _ ranks: inout Ranks, in run: MomentOfRun) throws {
    switch moment {
    case .update where habits.original?.isReference == true && structure is Rows:
      try ReferenceRows()(&family, &ranks, step: settings.step, run)
    case .update: try regularize(&family, &ranks, run)
    case .reached where structure is Positions: family.makeRectangular(&ranks, step: run.iteration + 1)
    case .start, .iteration, .gates, .epoch, .reached, .cut: break
    }
  }

  private func regularize(_ family: inout PrunedFamily, _ ranks: inout Ranks, _ run: MomentOfRun) throws {
    let toPrune = family.groups(at: run.target) - family.pruned
    guard toPrune > 0 else { return family.wishes.remarks.append(.excess(toPrune)) }
    let living = ranks.update(try run.scores(), family.state, iteration: run.iteration)
    let deltas = ranks.deltas(
      PenaltySituation(
        step: settings.step, toPrune: toPrune, living: living, achieved: family.achieved,
        lastFeasible: run.lastFeasible, target: run.target), schedule)
    for place in 0..<living {
      let group = ranks.group(at: place)
      let old = family.state.penalty[group]
      let new = max(old + deltas[place], 0)
      family.state.penalty[group] = new
      if new >= run.ceiling {
        ranks.mark(group, step: run.iteration + 1, excess: new - run.ceiling)
        family.prune([group])
      }
      if new < old { family.wishes.remarks.append(.reduced(group: group, before: old, after: new)) }
    }
    family.penalise()
  }
}
