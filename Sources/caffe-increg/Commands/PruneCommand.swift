import ArgumentParser
import Base
import Layers
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
      weights, into a file with .json added to its name. Where --round, --floor or the net keep all channels, the weights \
      are written as they are, with a warning and exit code 0. Nothing is written if slim could not remove what would be \
      masked. Layers of the weights that this phase of the net does not have are kept.
      """)

  @OptionGroup var options: PruneOptions

  @Option(
    name: .customLong("out-weights"), help: ArgumentHelp("The masked weights to write.", valueName: "caffemodel"),
    completion: .file())
  var outWeights: String

  func run() throws {
    for path in [outWeights, PruneRecord.path(of: outWeights)] { try AtomicFile.probe(path) }
    let log = RunLog.standardError
    let planned = try options.plan(log)
    let (plan, net) = (planned.plan, planned.net)
    let masked = plan.masked()
    for doubt in net.doubts(masked) { log.warning(doubt) }
    var result = WeightSet(net, blobs: masked)
    for layer in planned.file.layers where !layer.blobs.isEmpty && net.index(ofLayer: layer.name) == nil {
      result.layers.append(layer)
      log.warning("layer '\(layer.name)' of the weights is not in this phase of the net: it is kept as it is")
    }
    try plan.checkSlimming(of: planned.parameter, result, state: options.state, registry: planned.registry)
    let sources = [options.model, options.weights] + [options.ratios].compactMap { $0 }
    var record = PruneRecord(plan, options, sources: try sources.map { try SourceFile($0) })
    try CaffeModel.write(result, to: outWeights, progress: ProgressLine.bytes("prune", of: result.byteCount))
    record.weights = try SourceFile(outWeights)
    try JSONFile.write(record, to: PruneRecord.path(of: outWeights))
    let report = PlanReport(plan)
    for line in report.families { say(line) }
    if options.isGlobal { say(report.total) }
    if let nothing = report.nothing {
      log.warning("nothing is pruned, the weights are written as they are: \(nothing)")
    }
  }
}
