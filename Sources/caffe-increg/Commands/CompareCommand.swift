import ArgumentParser
import Base
import CaffeProto
import Layers
import NetIO
import NetModel
import Slimming
import Solver

/// Runs two nets on the same inputs and says how far apart they are.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Runs two nets on the same inputs and says how far apart their outputs are.",
    discussion: """
      Fails if an output of one net that the other one has a blob of the same name and shape for differs by more than \
      --tolerance, relative to its largest value in the first net, and by more than --absolute-tolerance. Data layers are \
      replaced by random inputs, labels by zeros. Inputs that both nets have get the same values; what only one of them \
      has is said.
      """)

  @Option(help: ArgumentHelp("The first net.", valueName: "prototxt"), completion: .file())
  var model: String

  @Option(help: ArgumentHelp("Its weights.", valueName: "caffemodel"), completion: .file())
  var weights: String

  @Option(
    name: .customLong("other-model"), help: ArgumentHelp("The second net.", valueName: "prototxt"), completion: .file())
  var otherModel: String

  @Option(
    name: .customLong("other-weights"), help: ArgumentHelp("Its weights.", valueName: "caffemodel"), completion: .file()
  )
  var otherWeights: String

  @Option(
    help: ArgumentHelp(
      "Arrays /<blob> for input blobs, whose shapes count. Inputs that it lacks stay random.", valueName: "h5"),
    completion: .file())
  var inputs: String?

  @OptionGroup var bound: BoundOptions

  @OptionGroup var options: RunOptions

  @OptionGroup var look: LookOptions

  func run() throws {
    let progress = ProgressLine("compare, batch")
    let log = progress.log
    let state = options.part.state(options.part.phase(or: .test))
    let nets = try [model, otherModel].map { try Prototxt.keptNet($0, log: log) }
    let registry = try placing(model, state) {
      try look.registry(for: nets[0], state: state, weights: weights, log: log)
    }
    var run = ComparisonRun(
      state: state, registry: registry, backend: try options.makeBackend(log, algorithm: .direct))
    let arrays = try inputs.map { try NetArrays(reading: $0) }
    run.inputs = try arrays?.inputs() ?? [:]
    run.batches = inputs == nil ? 2 : 1
    var unproven: [String] = []
    func side(_ net: NetParameter, _ model: String, _ weights: String) throws -> Comparison.Side {
      let reshaped = try placing(model, state) { arrays == nil ? net : try run.reshapingInputs(of: net) }
      return try NetArrays.placing(arrays, in: net, state, registry) {
        try run.onInputs {
          try placing(model, state) {
            let description = try NetDescription(reshaped, state: state, registry: registry)
            try look.report(description, log)
            log.warn(ifEmpty: description.layers, of: model, in: state.phase)
            unproven += LookOptions.unproven(description).filter { !unproven.contains($0) }
            return .init(
              net: reshaped, weights: try CaffeModel.read(weights, for: description, log: log).blobs(for: description))
          }
        }
      }
    }
    let first = try side(nets[0], model, weights)
    let second = try side(nets[1], otherModel, otherWeights)
    progress.update(0, of: run.batches)
    let comparison = try NetArrays.placing(arrays, in: nets[0], state, registry) {
      let comparison = try run.compare(first, second) { progress.update($0, of: run.batches) }
      if let blob = comparison.undefined { try run.onInputs { throw SlimError.undefined(blob: blob) } }
      return comparison
    }
    progress.clear()
    for lone in comparison.lone {
      let what = lone.isInput ? "input" : "output"
      say("\(what) '\(lone.blob)' is only in the \(lone.isOfFirst ? "first" : "second") net")
    }
    guard !comparison.outputs.isEmpty else { throw SlimError.noCommonOutput }
    for output in comparison.outputs {
      say("output '\(output.blob)': largest difference \(output.absolute) absolute, \(output.relative) relative")
    }
    for line in unproven { say(line) }
    if let agreement = comparison.top1Agreement { say("top-1 agreement \(agreement * 100)%") }
    for output in comparison.outputs.sorted(by: { $0.relative > $1.relative }) where !output.isWithin(bound.bound) {
      throw SlimError.different(blob: output.blob, relative: output.relative, bound: bound.tolerance)
    }
  }
}
