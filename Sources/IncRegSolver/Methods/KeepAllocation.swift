import Glibc
import Pruning

/// What keep ratios cost, and how they come under a bound of multiply-adds.
///
/// A *unit* is the families that keep the same share: the blocks of a group convolution, else one family.
struct KeepAllocation {
  let work: FamilyWork
  /// The families of every unit, by position.
  let units: [[Int]]
  /// Per family: how many groups it has, how many of them live, and how many may go.
  private let (count, living, most): ([Double], [Int], [Int])

  init(_ families: [PrunedFamily], _ work: FamilyWork) {
    self.work = work
    units = families.map(\.groups).blocks
    count = families.map { Double($0.count) }
    living = families.map(\.state.living.count)
    most = families.map { family in
      max(0, family.groupsButOne(at: family.ratio) - family.state.prunedCount)
    }
  }

  /// What the cheapest family counts as saving, as a share of what the dearest saves.
  private static let leastCost = 0.1

  /// The most groups of each of a unit's families that may go.
  func most(_ unit: Int) -> Int { units[unit].map { min(most[$0], living[$0] - 1) }.min() ?? 0 }

  private func living(_ unit: Int) -> Int { units[unit].map { living[$0] }.min() ?? 1 }

  /// The lowest logit that a unit's keep ratio may have; below 0.011 no gate can keep the mean.
  func least(_ unit: Int) -> Double {
    let ratio = max(1 - Double(most(unit)) / Double(max(1, living(unit))), 0.011)
    return ratio < 1 ? log(ratio / (1 - ratio)) : .infinity
  }

  /// Multiply-adds as a share of the whole net's, where of every unit's living groups a share is kept.
  func share(keep: [Double]) -> Double { work.multiplyAdds(kept(keep)) / work.whole }

  private func kept(_ keep: [Double]) -> [Double] {
    var kept = [Double](repeating: 1, count: count.count)
    for (unit, families) in units.enumerated() {
      for family in families { kept[family] = keep[unit] * Double(living[family]) / count[family] }
    }
    return kept
  }

  /// The derivatives of `share(keep:)` by the logits of the keep ratios.
  func gradient(logits: [Double]) -> [Double] {
    let keep = logits.map(\.sigmoid)
    let byFamily = work.gradient(kept(keep))
    return units.indices.map { unit in
      let byKeep = units[unit].reduce(0) { $0 + byFamily[$1] * Double(living[$1]) / count[$1] }
      return byKeep / work.whole * keep[unit] * (1 - keep[unit])
    }
  }

  /// One step of logits: logit - rate * (gradient + weight * d share / d logit), with as much more weight as it takes
  /// for the share to be at most `bound`, which is a step along the Lagrangian of the loss under that bound.
  ///
  /// Under a bound below 1 a family's step is divided by what it would save, so that the weight moves all families
  /// alike: else the one that saves most alone would pay, down to its last channel.
  func step(
    _ logits: [Double], gradient: [Double], rate: Double, weight: Double, bound: Double
  ) -> [Double] {
    let work = self.gradient(logits: logits)
    let most = bound < 1 ? work.max() ?? 0 : 0
    let scales = work.map { most > 0 ? 1 / ($0 / most + Self.leastCost) : 1 }
    func moved(_ weight: Double) -> [Double] {
      logits.indices.map { max(logits[$0] - rate * scales[$0] * (gradient[$0] + weight * work[$0]), least($0)) }
    }
    func fits(_ weight: Double) -> Bool { share(keep: moved(weight).map(\.sigmoid)) <= bound }
    guard !fits(weight) else { return moved(weight) }
    var (low, high) = (weight, max(1, 2 * weight))
    while !fits(high), high < 1e12 { (low, high) = (high, 2 * high) }
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if fits(middle) { high = middle } else { low = middle }
    }
    return moved(high)
  }

  /// How many groups of each of a unit's families are to go, so that at most the share `budget` of multiply-adds is
  /// left, and no more could stay.
  ///
  /// First each family keeps its ratio, rounded. While that costs too much, the group goes that is least above its
  /// family's threshold. Then groups come back as long as there is room, the highest above their thresholds first.
  ///
  /// - Parameter margins: per family, how far its living groups are above the threshold, ascending
  func goals(keep: [Double], margins: [[Double]], budget: Double) -> [Int] {
    var goals = units.indices.map { unit in
      min(max(0, Int(((1 - keep[unit]) * Double(living(unit))).rounded())), most(unit))
    }
    func margin(_ unit: Int, _ place: Int) -> Double {
      units[unit].reduce(0) { $0 + margins[$1][place] } / Double(units[unit].count)
    }
    func share() -> Double {
      var kept = [Double](repeating: 1, count: count.count)
      for (unit, families) in units.enumerated() {
        for family in families { kept[family] = Double(living[family] - goals[unit]) / count[family] }
      }
      return work.multiplyAdds(kept) / work.whole
    }
    while share() > budget {
      let open = units.indices.filter { goals[$0] < most($0) }
      guard let next = open.min(by: { margin($0, goals[$0]) < margin($1, goals[$1]) }) else { break }
      goals[next] += 1
    }
    var closed: Set<Int> = []
    while true {
      let open = units.indices.filter { goals[$0] > 0 && !closed.contains($0) }
      guard let next = open.max(by: { margin($0, goals[$0] - 1) < margin($1, goals[$1] - 1) }) else { break }
      goals[next] -= 1
      // A group that does not fit now does not fit later.
      if share() > budget {
        goals[next] += 1
        closed.insert(next)
      }
    }
    return goals
  }
}

extension Double {
  /// 1 / (1 + exp(-x)).
  var sigmoid: Double { 1 / (1 + exp(-self)) }
}
