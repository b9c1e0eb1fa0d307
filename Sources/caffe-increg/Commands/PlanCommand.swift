import ArgumentParser
import Base

/// Says what `prune` would mask.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Prints what prune would remove, why each layer is concerned, and what holds the rest.")

  @OptionGroup var options: PruneOptions

  func run() throws {
    let report = PlanReport(try options.plan(.standardError).plan)
    for line in report.details { say(line) }
    if options.isGlobal { say(report.total) }
    if let nothing = report.nothing { say("nothing would be removed: \(nothing)") }
  }
}
