import ArgumentParser
import NetIO
import Slimming
import Solver

/// Masks whole channels of a trained net, without training.
struct PruneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune", abstract: "Masks the least important channels of a trained net, without training.",
    discussion: """
      Channels that depend on each other, as across a residual sum, are masked together: what makes them and what reads \
      them becomes zero. The net stays as it is; slim then removes them.
      """)

  @OptionGroup var options: PruneOptions

  @Option(name: .customLong("out-weights"), help: ArgumentHelp("The masked weights to write.", valueName: "caffemodel"))
  var outWeights: String

  func run() throws {
    let (plan, net) = try options.plan(.standardError)
    try CaffeModel.write(WeightSet(net, blobs: plan.masked()), to: outWeights)
    for line in PlanReport(plan).families { print(line) }
  }
}
