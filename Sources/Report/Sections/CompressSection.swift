/// Nets that `compress` took to their budgets.
enum CompressSection {
  static func make(_ data: ReportData) -> Page.Section {
    var section = Page.Section("compress", "Compressed nets")
    for record in data.compressions {
      section.say(sentence(record))
      section.add(sizes(record))
      section.add(plans(record))
      section.add(stages(record))
    }
    return section
  }

  /// What was asked and what came of it.
  static func sentence(_ record: CompressFacts) -> String {
    var text = "\(record.label): asked for \(record.budget) at a drop of at most \(record.drop); "
    text += record.isMet ? "met." : "not met: \(record.shortfalls.joined(separator: "; "))."
    if let before = record.before.judged, let after = record.after.judged {
      text += " Accuracy \(before.shown) before and \(after.shown) after, where \(record.floor.shown) is the floor"
      text += ", on \(record.judgedOn)."
    }
    return text
  }

  private static let costs: [(name: String, value: KeyPath<CompressFacts.Net, Double?> & Sendable)] = [
    ("multiply-adds", \.multiplyAdds), ("parameters", \.parameters), ("file bytes", \.bytes),
    ("ms per batch", \.milliseconds),
  ]

  private static func sizes(_ record: CompressFacts) -> Table {
    Table(
      "Before and after, \(record.label)", ["cost", "before", "after", "after / before"],
      rows: costs.map { cost in
        let (before, after) = (record.before[keyPath: cost.value], record.after[keyPath: cost.value])
        let share = before.flatMap { before in after.map { $0 / before } }
        return [.init(cost.name), .init(before), .init(after), .init(share, share: share)]
      })
  }

  private static func plans(_ record: CompressFacts) -> Table {
    Table(
      "Plans, \(record.label)",
      ["plan", "budget", "trained", "accuracy, chosen by", "accuracy, judged by"] + costs.map(\.name) + ["taken"],
      rows: record.attempts.map { attempt in
        [.init(attempt.plan), .init(attempt.budget), .init(attempt.training)]
          + [.init(attempt.net.chosen), .init(attempt.net.judged)]
          + costs.map { .init(attempt.net[keyPath: $0.value]) } + [attempt.isTaken ? "yes" : ""]
      })
  }

  private static func stages(_ record: CompressFacts) -> Table {
    Table(
      "Stages, \(record.label)", ["stage", "seconds", "what it said last"],
      rows: record.stages.map { [.init($0.name), .init($0.seconds), .init($0.said)] })
  }
}
