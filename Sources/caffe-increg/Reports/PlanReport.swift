import Base
import Slimming

/// What `prune` and `plan` print.
struct PlanReport {
  private let plan: PrunePlan

  init(_ plan: PrunePlan) { self.plan = plan }

  /// A line per family: what goes, or why nothing does.
  var families: [String] { plan.families.map { line($0) } }

  /// The families with all layers that have to do with them, and what holds the rest.
  var details: [String] {
    plan.families.flatMap { family in
      let removed = family.removed.map(String.init).joined(separator: ", ")
      return [line(family) + (removed.isEmpty ? "" : ": \(removed)")]
        + family.members.map { "  \($0.layer) \($0.role) them" }
    } + held
  }

  /// How much goes in all.
  var total: String {
    let (all, gone) = plan.families.reduce((0, 0)) { ($0.0 + $1.channels, $0.1 + $1.removed.count) }
    return "all layers: \(all) channels, \(gone) go"
  }

  /// Why nothing goes at all; nil where something does.
  var nothing: String? {
    guard plan.families.allSatisfy(\.removed.isEmpty) else { return nil }
    let reasons = plan.families.compactMap { $0.obstacle.map(text) }
    if !reasons.isEmpty {
      return reasons.enumerated().filter { !reasons[..<$0.offset].contains($0.element) }.map(\.element)
        .joined(separator: "; ")
    }
    guard let first = plan.held.first else { return "the net has no layers with weights" }
    let rest = plan.held.count > 1 ? ", and \(plan.held.count - 1) more (see plan)" : ""
    return "no layer makes channels that could be removed: \(first.layer): \(first.reason)\(rest)"
  }

  private var held: [String] {
    plan.held.map { held in
      let channels = held.channels == 0 ? "" : ", \(held.channels) channels"
      return "held: \(held.layer)\(channels): \(held.reason)"
    }
  }

  private func line(_ family: PrunePlan.Family) -> String {
    let names = family.makers.joined(separator: ", ")
    return "\(names): \(family.channels) channels, \(family.removed.count) go"
      + ((family.obstacle.map(text) ?? rounded(family)).map { " (\($0))" } ?? "")
  }

  /// What rounding has changed; nil where as many go as are asked for, to the nearest channel.
  private func rounded(_ family: PrunePlan.Family) -> String? {
    guard let asked = family.asked, abs(asked - Double(family.removed.count)) > 0.5 else { return nil }
    let share = Double(family.removed.count) / Double(max(1, family.channels))
    return "\(asked.logged) are asked for: \(share.logged) instead of "
      + "\((asked / Double(max(1, family.channels))).logged), as \(family.channels - family.removed.count) are left"
  }

  private func text(_ obstacle: PrunePlan.Obstacle) -> String {
    switch obstacle {
    case .notNeeded: "the budget needs none of them"
    case .notAsked: "no ratio above 0 is given"
    case .lessThanOne(let ratio): "the ratio \(ratio) of them is rounded to none"
    case .multiple(let multiple): "--round \(multiple) keeps all"
    case .floor(let floor): "--floor \(floor) keeps all"
    case .ranking: "others are worth less"
    case .together(let count): "no fewer than \(count) can go at once"
    case .last: "each is the last of a layer"
    }
  }
}
