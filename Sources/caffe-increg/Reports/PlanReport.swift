import Slimming

/// What `prune` and `plan` print.
struct PlanReport {
  private let plan: PrunePlan

  init(_ plan: PrunePlan) { self.plan = plan }

  /// A line per family: what goes.
  var families: [String] {
    plan.families.map { family in
      let names = family.makers.joined(separator: ", ")
      return "\(names): \(family.channels) channels, \(family.removed.count) go"
    }
  }

  /// The families with all layers that have to do with them, and what holds the rest.
  var details: [String] {
    plan.families.flatMap { family in
      let names = family.makers.joined(separator: ", ")
      let removed = family.removed.map(String.init).joined(separator: ", ")
      return [
        "\(names): \(family.channels) channels, \(family.removed.count) go" + (removed.isEmpty ? "" : ": \(removed)")
      ]
        + family.members.map { "  \($0.layer) \($0.role) them" }
    } + plan.held.map { "held: \($0.layer), \($0.channels) channels: \($0.reason)" }
  }
}
