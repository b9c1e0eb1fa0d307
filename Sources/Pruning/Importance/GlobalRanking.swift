/// One ranking over the groups of several families.
public enum GlobalRanking {
  /// Groups that go together: one of each family of a bundle.
  private struct Unit {
    let score: Double
    let bundle: Int
    let place: Int
    let groups: [Int]
  }

  /// Per family the groups of the lowest scores of all, in ascending order of their scores; of equal ones the first of
  /// the first family comes first.
  ///
  /// - Parameters:
  ///   - count: how many go of all families together; fewer where the families keep too much
  ///   - scores: per family and group
  ///   - living: per family the groups that may go
  ///   - least: per family how many stay at least; the best ones
  ///   - bundles: families that must lose as many as each other, as the blocks of a group convolution: their weakest groups
  ///     are ranked together by the mean of their scores, then the next ones, and so on; nil where there are none
  public static func lowest(
    _ count: Int, of scores: [[Float]], living: [[Int]], atLeast least: [Int], bundles: [[Int]]? = nil
  ) -> [[Int]] {
    let bundles = bundles ?? scores.indices.map { [$0] }
    let ranked = living.enumerated().map { family, groups in
      groups.sorted { (scores[family][$0], $0) < (scores[family][$1], $1) }
    }
    var units: [Unit] = []
    for (number, bundle) in bundles.enumerated() {
      let most = bundle.map { max(0, ranked[$0].count - least[$0]) }.min() ?? 0
      for place in 0..<most {
        let groups = bundle.map { ranked[$0][place] }
        let sum = zip(bundle, groups).reduce(0.0) { $0 + Double(scores[$1.0][$1.1]) }
        units.append(Unit(score: sum / Double(bundle.count), bundle: number, place: place, groups: groups))
      }
    }
    units.sort { ($0.score, $0.bundle, $0.place) < ($1.score, $1.bundle, $1.place) }
    var chosen = [[Int]](repeating: [], count: scores.count)
    var left = count
    for unit in units where unit.groups.count <= left {
      for (family, group) in zip(bundles[unit.bundle], unit.groups) { chosen[family].append(group) }
      left -= unit.groups.count
    }
    return chosen
  }

  /// Scores that can be compared with those of other families: divided by their mean where that makes them so.
  public static func comparable(_ scores: [Float], _ importance: any Importance) -> [Float] {
    let mean = scores.reduce(0) { $0 + Double($1) } / Double(max(1, scores.count))
    guard !type(of: importance).comparesFamilies, mean > 0 else { return scores }
    return scores.map { Float(Double($0) / mean) }
  }
}
