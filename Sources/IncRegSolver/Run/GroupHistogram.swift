import Base

/// How many of a family's groups have which value: those that stay, and those that are pruned.
struct GroupHistogram: Equatable {
  /// The family.
  let name: String
  /// The smallest and the largest value; bins between them are equally wide.
  let range: ClosedRange<Float>
  /// How many groups that stay are in each bin.
  private(set) var kept = [Int](repeating: 0, count: bins)
  /// How many that are pruned.
  private(set) var pruned = [Int](repeating: 0, count: bins)

  private static let bins = 24

  /// Counts groups; nil where none has a finite value.
  ///
  /// - Parameters:
  ///   - values: by group
  ///   - groups: those that count
  init?(_ family: PrunedFamily, _ values: [Float], of groups: some Sequence<Int>) {
    let groups = groups.filter { values[$0].isFinite }
    guard let low = groups.map({ values[$0] }).min(), let high = groups.map({ values[$0] }).max() else { return nil }
    (name, range) = (family.name, low...high)
    for group in groups {
      let place = high > low ? (Double(values[group]) - Double(low)) / (Double(high) - Double(low)) : 0
      let bin = min(Self.bins - 1, Int(place * Double(Self.bins)))
      if family.state.isPruned(group) { pruned[bin] += 1 } else { kept[bin] += 1 }
    }
  }

  /// The penalties of all families that are pruned; empty where nothing is penalised.
  static func penalties(_ families: [PrunedFamily]) -> [GroupHistogram] {
    let asked = families.filter { $0.ratio > 0 }
    guard asked.contains(where: { $0.state.penalty.contains { $0 > 0 } }) else { return [] }
    return asked.compactMap { GroupHistogram($0, $0.state.penalty, of: $0.state.penalty.indices) }
  }

  var json: JSON.Value {
    .object([
      ("name", .string(name)), ("low", .number(range.lowerBound)), ("high", .number(range.upperBound)),
      ("kept", .list(kept.map { .integer($0) })), ("pruned", .list(pruned.map { .integer($0) })),
    ])
  }
}
