import ArgumentParser
import Base
import Slimming

/// Says what `prune` would mask.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Prints what prune would remove, why each layer is concerned, what holds the rest, and what it saves.",
    discussion: """
      For --ratio and --ratios the widths come from the shares; for --budget they are chosen so that the net costs no more. \
      What the net costs before and after is what slim reports for the pruned net.
      """)

  @OptionGroup var options: PruneOptions

  @Flag(help: "Print one JSON object instead of text.")
  var json = false

  func run() throws {
    let planned = try options.plan(.standardError)
    let slim = try planned.slimmed(planned.plan.masked()).net
    let costs = CostReport(planned, slim.description)
    if json {
      let record = PlanRecord(planned, options, costs)
      return say(String(decoding: try JSON.encode(record), as: UTF8.self))
    }
    let report = PlanReport(planned.plan)
    for line in report.details + costs.lines { say(line) }
    if options.isGlobal { say(report.total) }
    if let outcome = planned.outcome { for line in outcome.lines { say(line) } }
    if let nothing = report.nothing { say("nothing would be removed: \(nothing)") }
  }
}
