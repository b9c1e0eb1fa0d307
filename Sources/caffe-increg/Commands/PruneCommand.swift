import ArgumentParser
import Base
import NetIO
import NetModel
import Slimming

/// Masks whole channels of a trained net, without training.
struct PruneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune", abstract: "Masks the least important channels of a trained net, without training.",
    discussion: """
      Channels that depend on each other, as across a residual sum, are masked together: what makes them and what reads \
      them becomes zero. The net stays as it is; slim then removes them. What was asked and what went is written beside the \
      weights, into a file with .json added to its name.
      """)

  @OptionGroup var options: PruneOptions

  @Option(name: .customLong("out-weights"), help: ArgumentHelp("The masked weights to write.", valueName: "caffemodel"))
  var outWeights: String

  func run() throws {
    for path in [outWeights, PruneRecord.path(of: outWeights)] { try AtomicFile.probe(path) }
    let (plan, net) = try options.plan(.standardError)
    let masked = plan.masked()
    for doubt in net.doubts(masked) { RunLog.standardError.warning(doubt) }
    let sources = [options.model, options.weights] + [options.ratios].compactMap { $0 }
    var record = PruneRecord(plan, options, sources: try sources.map { try SourceFile($0) })
    let result = WeightSet(net, blobs: masked)
    try CaffeModel.write(result, to: outWeights, progress: ProgressLine.bytes("prune", of: result.byteCount))
    record.weights = try SourceFile(outWeights)
    try JSONFile.write(record, to: PruneRecord.path(of: outWeights))
    for line in PlanReport(plan).families { print(line) }
  }
}
