import Glibc

/// How the penalty of a group changes in one iteration, given its place among the living groups.
public protocol PenaltySchedule: Sendable {
  /// Makes the function of the place.
  func deltas(_ situation: PenaltySituation) -> any PenaltyDeltas
}

/// The change of the penalty as a function of the place, 0 for the least important living group.
public protocol PenaltyDeltas {
  /// The change for the group at `place`.
  func callAsFunction(_ place: Int) -> Float
}

/// What a schedule may depend on.
public struct PenaltySituation: Sendable {
  /// The largest step (`AA`).
  public var step: Float
  /// Groups still to prune, at least 1.
  public var toPrune: Int
  /// Living groups.
  public var living: Int
  /// The ratio achieved, the last stage's ratio and the present target.
  public var achieved: Float
  /// The ratio of the last stage that kept its accuracy.
  public var lastFeasible: Float
  /// The present target.
  public var target: Float

  /// Makes a situation.
  public init(
    step: Float, toPrune: Int, living: Int, achieved: Float = 0, lastFeasible: Float = 0, target: Float = 1
  ) {
    self.step = step
    self.toPrune = toPrune
    self.living = living
    self.achieved = achieved
    self.lastFeasible = lastFeasible
    self.target = target
  }
}

/// Scheme 1, the paper's: two exponentials that meet at a centre of symmetry; positive for the groups to be pruned, zero
/// at the first one to be kept, ever more negative beyond.
public struct CentreSymmetric: PenaltySchedule {
  /// u of the paper.
  public static let u: Float = 0.25

  /// Makes the schedule.
  public init() {}

  /// Fixes the situation.
  public func deltas(_ situation: PenaltySituation) -> any PenaltyDeltas {
    let alpha = logf(2 / Self.u) / Float(situation.toPrune)
    return Deltas(step: situation.step, alpha: alpha, centre: -logf(Self.u) / alpha)
  }

  private struct Deltas: PenaltyDeltas {
    let step: Float
    let alpha: Float
    let centre: Float

    func callAsFunction(_ place: Int) -> Float {
      let place = Float(place)
      return place < centre
        ? step * expf(-alpha * place) : 2 * CentreSymmetric.u * step - step * expf(-alpha * (2 * centre - place))
    }
  }
}

/// Scheme 2: positive and falling for the groups to be pruned, negative and falling for the others, with a jump between;
/// it flattens as the stage's target comes near.
public struct Discontinuous: PenaltySchedule {
  /// Makes the schedule.
  public init() {}

  /// Fixes the situation.
  public func deltas(_ situation: PenaltySituation) -> any PenaltyDeltas {
    let progress =
      (situation.achieved - situation.lastFeasible) / (situation.target - situation.lastFeasible) * 0.75
    // Also where the target is the last ratio and progress is 0 / 0.
    let v = progress > 0.05 ? progress : 0.05
    let (prune, living) = (situation.toPrune, situation.living)
    return Deltas(
      step: situation.step, toPrune: prune, last: living - 1,
      falling: prune == 1 ? 0 : logf(1 / v) / Float(prune - 1),
      rising: prune == living - 1 ? 0 : logf(1 / v) / Float(living - 1 - prune))
  }

  private struct Deltas: PenaltyDeltas {
    let step: Float
    let toPrune: Int
    let last: Int
    let falling: Float
    let rising: Float

    func callAsFunction(_ place: Int) -> Float {
      place < toPrune ? step * expf(-falling * Float(place)) : -step * expf(-rising * Float(last - place))
    }
  }
}
