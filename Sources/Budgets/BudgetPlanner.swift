import Slimming

/// Brings a net to a budget.
public struct BudgetPlanner {
  /// What decides how much each family loses.
  public enum Allocation: Sendable {
    /// Importance: all families, or those of the same wiring, are ranked against each other.
    case global(isomorphic: Bool)
    /// What accuracy each family loses by itself.
    case sensitivity(LossCurves)
  }

  /// Widths within a budget.
  public struct Result: Sendable {
    /// The widths.
    public let point: WidthSpace.Point
    /// What the whole net costs.
    public let whole: Double
    /// What was asked for.
    public let limit: Double
    /// What the net costs with these widths.
    public let cost: Double
    /// The largest loss of a family by itself; nil where importance chose.
    public let loss: Double?
    /// How often it was planned anew because the table knew more; 0 where costs are counted.
    public let rounds: Int

    /// Whether a measured plan does better what was asked for: one that exceeds the limit by more than two sittings
    /// differ comes behind all others, and else the one that is nearer to the limit is better.
    func isBetter(than other: Result) -> Bool {
      func rank(_ result: Result) -> (Double, Double) {
        let share = result.cost / result.limit
        return (max(0, share - BudgetPlanner.tolerance), abs(share - 1))
      }
      return rank(self) < rank(other)
    }
  }

  /// The factor by which a measured time may exceed what was asked for, since two sittings differ by that much.
  public static let tolerance = 1.05

  private let space: WidthSpace
  private let allocation: Allocation

  /// How often a plan for a latency is measured and made again at most.
  private static let mostRounds = 8
  /// The share of the limit from which on a measured plan is taken at once.
  private static let near = 0.99

  /// Plans with the widths of a space.
  public init(_ space: WidthSpace, _ allocation: Allocation) { (self.space, self.allocation) = (space, allocation) }

  /// Plans for what is counted.
  ///
  /// - Throws: ``BudgetError``
  public func plan(_ budget: NetBudget) throws -> Result {
    let cost = CountedCost(budget.kind, in: space)
    let whole = try space.total(cost, at: space.whole)
    return try plan(budget.kind, cost, whole: whole, limit: budget.limit(of: whole), rounds: 0)
  }

  /// Plans for a latency: the table is filled, and the plan is measured and made again until it stays as it is, or
  /// meets the limit as nearly as it can.
  public func plan(_ budget: NetBudget, _ table: LatencyTable) throws -> Result {
    try table.fill()
    var best: Result?
    var last: WidthSpace.Point?
    for round in 1...Self.mostRounds {
      let before = try space.total(table, at: space.whole)
      let planned = try plan(.latency, table, whole: before, limit: budget.limit(of: before), rounds: round)
      if planned.point == last { return best ?? planned }
      last = planned.point
      try table.measure(planned.point)
      // Both are of one sitting: only the ratio of two times can be relied on.
      let whole = try space.total(table, at: space.whole)
      let limit = budget.limit(of: whole)
      let measured = Result(
        point: planned.point, whole: whole, limit: limit, cost: try space.total(table, at: planned.point),
        loss: planned.loss, rounds: round)
      if best.map(measured.isBetter) ?? true { best = measured }
      if measured.cost <= limit, measured.cost >= Self.near * limit { return measured }
    }
    guard let best else { throw BudgetError.nothingToPrune(reason: "no width is measured") }
    return best
  }

  private func plan(
    _ kind: NetBudget.Kind, _ cost: some WidthCost, whole: Double, limit: Double, rounds: Int
  ) throws -> Result {
    let least = try space.total(cost, at: space.narrowest)
    guard space.rungs.contains(where: { $0.count > 1 }) || whole <= limit else {
      let held = space.rungs.isEmpty ? space.ranking.survey.held.first?.reason : nil
      throw BudgetError.nothingToPrune(reason: held ?? "--round and --floor keep all")
    }
    let found: (point: WidthSpace.Point, loss: Double?)?
    switch allocation {
    case .global(let isomorphic):
      let search = WidthSearch(space, cost, LossCurves(space), limit: limit)
      found = try search.greedy(scopes: isomorphic ? space.isomorphicScopes : space.oneScope).map { ($0, nil) }
    case .sensitivity(let curves):
      found = try WidthSearch(space, cost, curves, limit: limit).threshold().map { ($0.point, $0.loss) }
    }
    guard let found else { throw BudgetError.unreachable(kind, asked: limit, least: least) }
    return Result(
      point: found.point, whole: whole, limit: limit, cost: try space.total(cost, at: found.point), loss: found.loss,
      rounds: rounds)
  }
}
