import ArgumentParser
import Base
import Layers
import NetIO
import NetModel
import Slimming
import Solver

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
    help: ArgumentHelp(
      "Fits the weights behind removed channels anew, by least squares over the first N images of the net's own data.",
      discussion: """
        In the net's order; running statistics of BatchNorm follow. Nothing is trained, and only positions in the images are \
        drawn (--seed). Prints the error of each layer, and the net's accuracy where it has one, on images behind these.
        """, valueName: "N"))
  var reconstruct: Int?

  @Option(help: "Batches for the accuracy that --reconstruct prints.")
  var testBatches = 50

  @Option(
    name: .customLong("out-weights"), help: ArgumentHelp("The masked weights to write.", valueName: "caffemodel"),
    completion: .file())
  var outWeights: String

  func validate() throws {
    if let reconstruct, reconstruct < Reconstruction.fewestImages {
      throw ValidationError(
        "--reconstruct must be at least \(Reconstruction.fewestImages) images, but is \(reconstruct)")
    }
    try checkNames(
      outputs: [outWeights, PruneRecord.path(of: outWeights)],
      inputs: [options.model] + [options.ratios, options.budget.map].compactMap(\.self))
    try WeightTarget.check(outWeights: outWeights)
    guard testBatches >= 1 else { throw ValidationError("--test-batches must be at least 1, but is \(testBatches)") }
  }

  func run() throws {
    for path in [outWeights, PruneRecord.path(of: outWeights)] { try AtomicFile.probe(path) }
    let log = RunLog.standardError
    let planned = try options.plan(log)
    let (plan, net) = (planned.plan, planned.net)
    let fitting = try reconstruct.map { images in
      let backend = try options.run.makeBackend(log)
      return try placing(options.model, options.state) {
        try Refitting(planned, images: images, seed: options.seed, on: backend)
      }
    }
    let masked = fitting?.weights ?? plan.masked()
    let (result, slim) = try planned.slimmed(masked)
    for layer in result.layers where !layer.blobs.isEmpty && net.index(ofLayer: layer.name) == nil {
      log.warning("layer '\(layer.name)' of the weights is not in this phase of the net: it is kept as it is")
    }
    let sources = [options.model, options.weights] + [options.ratios].compactMap { $0 }
    var record = PruneRecord(planned, options, reconstruct, sources: try sources.map { try SourceFile($0) })
    let file = try CaffeModel.stage(
      result, to: outWeights, progress: ProgressLine.bytes("prune", of: result.byteCount))
    record.weights = try SourceFile(outWeights, lyingIn: file.temporary)
    try StagedFile.commit([file, JSONFile.stage(record, to: PruneRecord.path(of: outWeights))])
    let report = PlanReport(plan)
    for line in report.families + CostReport(planned, slim.description).lines { say(line) }
    for line in fitting?.lines ?? [] { say(line) }
    for line in try fitting?.accuracies(batches: testBatches) ?? [] { say(line) }
    if options.isGlobal { say(report.total) }
    if let outcome = planned.outcome { for line in outcome.lines { say(line) } }
    if let nothing = report.nothing {
      log.warning("nothing is pruned, the weights are written as they are: \(nothing)")
    }
  }
}
