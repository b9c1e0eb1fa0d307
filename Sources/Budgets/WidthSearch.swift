/// Finds the widths that lose least within a limit.
public struct WidthSearch<Cost: WidthCost> {
  private let space: WidthSpace
  private let cost: Cost
  private let curves: LossCurves
  private let limit: Double
  /// Families that share a layer.
  private let neighbours: [Set<Int>]

  /// How many rungs are looked at one by one. A single step may save nothing, since times fall in steps where vectors
  /// are filled.
  private static var ahead: Int { 4 }
  /// The most exchanges: one family gets narrower, others get wider.
  private static var exchanges: Int { 8 }

  /// A step of a family to a narrower width.
  private struct Step {
    let rung: Int
    let saving: Double
    /// Loss by cost.
    let price: Double
  }

  /// Prepares a search.
  public init(_ space: WidthSpace, _ cost: Cost, _ curves: LossCurves, limit: Double) {
    (self.space, self.cost, self.curves, self.limit) = (space, cost, curves, limit)
    neighbours = space.layers.map { layers in
      Set(space.layers.indices.filter { !Set(space.layers[$0]).isDisjoint(with: layers) })
    }
  }

  /// Starts with the whole net, and takes the step that loses least for what it saves until the limit is met.
  ///
  /// - Parameter scopes: families that are ranked against each other only; the scope that has lost the smallest share of its
  ///   channels comes next
  /// - Returns: nil where no more can go and the limit is not met
  public func greedy(scopes: [[Int]]) throws -> WidthSpace.Point? {
    var point = space.whole
    var total = try space.total(cost, at: point)
    var steps = try space.rungs.indices.map { try step(from: point, $0) }
    while total > limit {
      let open = scopes.filter { $0.contains { steps[$0] != nil } }
      guard let scope = open.min(by: { lostShare($0, point) < lostShare($1, point) }),
        let family = scope.filter({ steps[$0] != nil }).min(by: { price(steps[$0]) < price(steps[$1]) }),
        let step = steps[family]
      else {
        // Measured times need not fall with every step, so that the steps may end above the limit.
        point = space.narrowest
        guard try space.total(cost, at: point) <= limit else { return nil }
        break
      }
      point = point.moved(family, to: step.rung, in: space)
      total -= step.saving
      for neighbour in neighbours[family] { steps[neighbour] = try self.step(from: point, neighbour) }
    }
    point = try refilled(point)
    // With several scopes their shares decide who loses how much, and nothing is exchanged.
    return scopes.count > 1 ? point : try exchanged(point)
  }

  /// Narrows one family by a step and widens others instead, as long as that loses less.
  private func exchanged(_ start: WidthSpace.Point) throws -> WidthSpace.Point {
    var point = start
    for _ in 0..<Self.exchanges {
      let candidates = try space.rungs.indices.filter { point.rungs[$0] + 1 < space.rungs[$0].count }.map {
        try refilled(point.moved($0, to: point.rungs[$0] + 1, in: space))
      }.filter { try space.total(cost, at: $0) <= limit }
      guard let best = candidates.min(by: { loss($0) < loss($1) }), loss(best) < loss(point) else { break }
      point = best
    }
    return point
  }

  private func loss(_ point: WidthSpace.Point) -> Double {
    zip(curves.losses, point.rungs).reduce(0) { $0 + $1.0[$1.1] }
  }

  /// Finds the least loss that meets the limit if every family may lose that much.
  ///
  /// - Returns: the widths and that loss; nil where the limit is not met by any
  public func threshold() throws -> (point: WidthSpace.Point, loss: Double)? {
    func point(_ loss: Double) -> WidthSpace.Point {
      space.whole.moved(curves.losses.map { $0.lastIndex { $0 <= loss } ?? 0 }, in: space)
    }
    // The bound is one of the losses.
    let losses = Set(curves.losses.flatMap { $0 }.filter(\.isFinite) + [0]).sorted()
    var (low, high) = (0, losses.count)
    while low < high {
      let middle = (low + high) / 2
      if try space.total(cost, at: point(losses[middle])) <= limit { high = middle } else { low = middle + 1 }
    }
    guard low < losses.count else { return nil }
    return (try refilled(point(losses[low])), losses[low])
  }

  /// Widens families again as far as the limit allows, first where that regains most for its cost.
  private func refilled(_ start: WidthSpace.Point) throws -> WidthSpace.Point {
    var point = start
    var slack = limit - (try space.total(cost, at: point))
    while true {
      var best: (family: Int, rung: Int, spent: Double, win: Double)?
      for family in space.rungs.indices {
        let rung = point.rungs[family]
        for wider in stride(from: rung - 1, through: max(0, rung - Self.ahead), by: -1) where rung > 0 {
          let spent = -(try space.saving(cost, from: point, family, to: wider))
          guard spent <= slack else { continue }
          let win = (curves.losses[family][rung] - curves.losses[family][wider]) / max(spent, 1e-12)
          if win > best?.win ?? -1 { best = (family, wider, spent, win) }
        }
      }
      guard let best else { return point }
      point = point.moved(best.family, to: best.rung, in: space)
      slack -= best.spent
    }
  }

  private func step(from point: WidthSpace.Point, _ family: Int) throws -> Step? {
    let (rung, losses) = (point.rungs[family], curves.losses[family])
    var best: Step?
    for next in farther(than: rung, below: losses.count) where losses[next].isFinite {
      let saving = try space.saving(cost, from: point, family, to: next)
      guard saving > 0 else { continue }
      let price = (losses[next] - losses[rung]) / saving
      if price < best?.price ?? .infinity { best = Step(rung: next, saving: saving, price: price) }
    }
    return best
  }

  /// The next rungs one by one, then in growing strides.
  private func farther(than rung: Int, below end: Int) -> [Int] {
    var (next, stride, rungs) = (rung + 1, 1, [Int]())
    while next < end {
      rungs.append(next)
      if rungs.count >= Self.ahead { stride *= 2 }
      next += stride
    }
    return rungs
  }

  private func price(_ step: Step?) -> Double { step?.price ?? .infinity }

  private func lostShare(_ scope: [Int], _ point: WidthSpace.Point) -> Double {
    let all = scope.reduce(0) { $0 + space.width($1, 0) }
    return 1 - Double(scope.reduce(0) { $0 + space.width($1, point.rungs[$1]) }) / Double(max(1, all))
  }
}

extension WidthSpace {
  /// All families in one scope.
  public var oneScope: [[Int]] { [Array(rungs.indices)] }

  /// Families of the same kind of wiring: as many layers of the same types that make, read and carry their channels
  /// (Fang et al., Isomorphic Pruning for Vision Models, ECCV 2024).
  public var isomorphicScopes: [[Int]] {
    var scopes: [[String]: [Int]] = [:]
    for (index, family) in ranking.survey.families.enumerated() {
      let wiring = ranking.survey.roles(of: family).map { "\(ranking.net.layers[$0.layer].type) \($0.role)" }.sorted()
      scopes[wiring, default: []].append(index)
    }
    return scopes.values.sorted { $0[0] < $1[0] }
  }
}
