import Glibc

/// How the penalty of a group changes in one iteration, given its place among the living groups.
public protocol PenaltySchedule: Sendable {
  /// The change for every living group, the least important one first.
  func deltas(_ situation: PenaltySituation) -> [Float]
}

/// What a schedule may depend on.
public struct PenaltySituation: Equatable, Sendable {
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

  /// The changes.
  public func deltas(_ situation: PenaltySituation) -> [Float] {
    let step = situation.step
    let alpha = logf(2 / Self.u) / Float(situation.toPrune)
    let centre = -logf(Self.u) / alpha
    return (0..<situation.living).map {
      let place = Float($0)
      return place < centre
        ? step * expf(-alpha * place) : 2 * Self.u * step - step * expf(-alpha * (2 * centre - place))
    }
  }
}

/// Scheme 2: positive and falling for the groups to be pruned, negative and falling for the others, with a jump between;
/// it flattens as the stage's target comes near.
public struct Discontinuous: PenaltySchedule {
  /// Makes the schedule.
  public init() {}

  /// The changes.
  public func deltas(_ situation: PenaltySituation) -> [Float] {
    let progress =
      (situation.achieved - situation.lastFeasible) / (situation.target - situation.lastFeasible) * 0.75
    // Also where the target is the last ratio and progress is 0 / 0.
    let v = progress > 0.05 ? progress : 0.05
    let (step, prune, last) = (situation.step, situation.toPrune, situation.living - 1)
    let falling = prune == 1 ? 0 : logf(1 / v) / Float(prune - 1)
    let rising = prune == last ? 0 : logf(1 / v) / Float(last - prune)
    return (0..<situation.living).map { place in
      place < prune ? step * expf(-falling * Float(place)) : -step * expf(-rising * Float(last - place))
    }
  }
}
