import CaffeProto
import Pruning

/// Soft filter pruning (SFP) and its kin: before the first epoch, and after every epoch, the groups of the smallest L2
/// norm are multiplied by a factor. They are still trained, so that they can come back. The groups that are smallest at
/// the end of the run are pruned.
///
/// SFP zeroes a constant share, ASFP a growing one; SRFP and ASRFP shrink before they zero.
///
/// Source: He et al., Soft Filter Pruning, IJCAI 2018, and its successors; he-y/soft-filter-pruning, cailinhang/PGMPF.
public struct SoftFilter: PruningMethod {
  /// Tied channels, filters of each layer alone, columns of tiles, or single weights.
  public static let names = ["SFP", "ASFP", "SRFP", "ASRFP"].flatMap {
    MethodName.all($0, [Channels(), Rows(), TileColumns(), Weights()])
  }
  /// Names the family of methods in snapshots.
  public static let id = "SFP"

  /// What is pruned.
  public let structure: any Structure
  private let rate: RateSchedule
  private let attenuation: Attenuation
  private let interval: Int
  /// By the root mean square.
  public var importance: any Importance { L2Norm() }
  /// The whole run, and a cut at its end.
  public var course: Course { .stages([Stage(.prune, until: .run, then: .cut)]) }
  /// Epochs count, and zeros are no masks.
  public var habits: Habits { Habits(adoptsZeros: false, needsEpochs: true) }

  /// Reads the schedules; what is not given follows from the name.
  public init(_ solver: SolverParameter, as name: MethodName, profile: PruneProfile) throws {
    structure = name.structure
    let field = SettingCheck(solver)
    let given = solver.pruningParam
    rate = RateSchedule(
      given.hasRateSchedule ? given.rateSchedule : name.name.hasPrefix("A") ? .exp : .constant,
      delay: try field.positive("rate_delay", given.rateDelay))
    attenuation = Attenuation(
      start: try field.share(
        "soften_start", given.hasSoftenStart ? given.softenStart : name.name.contains("SR") ? 1 : 0),
      sigma: try field.positive("soften_sigma", given.softenSigma))
    interval = try field.atLeast(1, "prune_epochs", given.pruneEpochs)
  }

  /// Softens after epochs, and prunes at the end.
  public func act(_ moment: Moment, on family: inout PrunedFamily, _: inout Nothing, in run: MomentOfRun) throws {
    let epoch = max(0, run.epoch - 1)
    switch moment {
    case .start, .epoch:
      guard epoch % interval == 0 || run.epoch == run.epochs else { return }
      let kept = rate.kept(family.exactRatio, epoch: epoch, of: run.epochs, isForced: moment == .epoch)
      let factor = attenuation.factor(epoch: epoch, of: run.epochs, isForced: moment == .epoch)
      family.soften(try run.ranked(family).prefix(Self.count(family.counted, kept: kept)), by: Float(factor))
    case .cut: family.prune(try run.ranked(family).prefix(goal(family) - family.state.prunedCount))
    case .iteration, .gates, .update, .reached: break
    }
  }

  /// N * (1 - kept), cut off, computed as in the original: of 10 groups it takes none where 0.9 are kept.
  static func count(_ count: Int, kept: Double) -> Int {
    Int(exactly: (Double(count) * (1 - kept)).rounded(.towardZero)) ?? 0
  }

  /// How many groups go in the end.
  public func goal(_ family: PrunedFamily) -> Int { Self.count(family.counted, kept: 1 - family.exactRatio) }
}
