import ArgumentParser
import Base
import CaffeProto
import Layers
import NetIO
import NetModel
import Slimming
import Solver

/// Removes what a masked net does not need, and proves that nothing else changed.
struct SlimCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "slim",
    abstract: "Writes a physically smaller net that computes the same as a masked one.",
    discussion: """
      Dead filters, and channels that nobody reads, are removed; the constants that dead filters leave behind are folded \
      into the biases of their readers. Then both nets run on the same random inputs, and on --inputs: files are \
      written only if every blob that both have differs by at most --tolerance, relative to its largest value, or by \
      at most --absolute-tolerance. What went, from which files, and the differences are written beside the weights, \
      into a file with .json added to its name. With --snapshot a solver state is cut as the weights are, so that \
      training goes on with the slim net.
      """)

  @Option(help: ArgumentHelp("The masked net.", valueName: "prototxt"), completion: .file())
  var model: String

  @Option(help: ArgumentHelp("Its weights.", valueName: "caffemodel"), completion: .file())
  var weights: String

  @Option(
    name: .customLong("out-model"), help: ArgumentHelp("The slim net to write.", valueName: "prototxt"),
    completion: .file())
  var outModel: String

  @Option(
    name: .customLong("out-weights"), help: ArgumentHelp("Its weights to write.", valueName: "caffemodel"),
    completion: .file())
  var outWeights: String

  @Flag(
    help: ArgumentHelp(
      "Leave out the columns and rows of zeros that are left in the weights to write, in a form that only this program reads.",
      discussion: "convert makes the file that every reader of Caffe's takes of it."))
  var compact = false

  @Option(
    name: .customLong("out-deploy"),
    help: ArgumentHelp(
      "The slim net to write for inference: Input layers instead of data, no losses, one phase.", valueName: "prototxt"),
    completion: .file())
  var outDeploy: String?

  @Option(help: ArgumentHelp("A solver state of the masked net.", valueName: "solverstate"), completion: .file())
  var snapshot: String?

  @Option(
    name: .customLong("out-snapshot"), help: ArgumentHelp("That state for the slim net.", valueName: "solverstate"),
    completion: .file())
  var outSnapshot: String?

  @Option(
    help: ArgumentHelp("Arrays /<blob> for input blobs, with which both nets run too.", valueName: "h5"),
    completion: .file())
  var inputs: String?

  @OptionGroup var bound: BoundOptions

  @OptionGroup var options: BackendOptions

  @OptionGroup var look: LookOptions

  func validate() throws {
    guard (snapshot == nil) == (outSnapshot == nil) else {
      throw ValidationError("--snapshot and --out-snapshot go together.")
    }
    if compact, ModelFormat(of: outWeights) == .hdf5 { throw ValidationError(CompactWeights.refusal(of: outWeights)) }
    // A net, its weights and its state may be slimmed in place, but not over each other.
    try checkNames(outputs: outputs, inputs: [inputs].compactMap(\.self))
    try checkNames(
      outputs: [outModel] + [outDeploy].compactMap(\.self), inputs: [weights] + [snapshot].compactMap(\.self))
    try checkNames(outputs: [outWeights] + [outSnapshot].compactMap(\.self), inputs: [model])
    try WeightTarget.check(outWeights: outWeights)
  }

  private var outputs: [String] {
    [outModel, outWeights, outWeights + ".json"] + [outDeploy, outSnapshot].compactMap { $0 }
  }

  func run() throws {
    let progress = ProgressLine("slim")
    let log = progress.log
    let steps = ["reading", "proving", "writing", "naming files"]
    func begin(_ step: Int) { progress.update(step, of: steps.count, steps[step]) }
    begin(0)
    for path in outputs { try AtomicFile.probe(path) }
    try InputFile.check([snapshot].compactMap(\.self))
    // Hashing half a gigabyte takes as long as reading and planning do, which use one core.
    let sources = Background { [paths = [model, weights] + [snapshot, inputs].compactMap { $0 }] in
      try paths.map { try SourceFile($0) }
    }
    let arrays = try inputs.map { try NetArrays(reading: $0) }
    let request = SlimRun.Request(
      state: options.part.state(options.part.phase(or: .test)), bound: bound.bound,
      inputs: try arrays?.inputs() ?? [:])
    let net = try Prototxt.keptNet(model, log: log)
    let (registry, masked) = try placing(model, request.state) {
      let registry = try look.registry(for: net, state: request.state, weights: weights, log: log)
      let description = try NetDescription(net, state: request.state, registry: registry)
      try look.report(description, log)
      log.warn(ifEmpty: description.layers, of: model, in: request.state.phase)
      return (registry, try CaffeModel.read(weights, for: description, log: log))
    }
    let slim = try placing(model, request.state) {
      try SlimRun(net, weights: masked, request, registry: registry).plan().apply()
    }
    // Writing takes as long as the proof, which may yet fail.
    let staged = Background { [outWeights, compact] in
      let weights = slim.weights.withPlainZeros()
      return try CaffeModel.stage(compact ? CompactWeights.of(weights, log: log) : weights, to: outWeights)
    }
    let proof = try NetArrays.placing(arrays, in: net, request.state, registry) {
      let backend = try options.makeBackend(log, algorithm: .direct)
      begin(1)
      return try slim.prove(on: backend)
    }
    begin(2)
    let file = try staged.value()
    begin(3)
    if slim.description.cost.totalParameters == slim.plan.masked.net.cost.totalParameters {
      log.warning("nothing is removed: no channel that is zero or unread can go")
    }
    for name in slim.dropped {
      log.warning("layer '\(name)' of the weights is in no phase of the slim net, or no longer fits: it is left out")
    }
    let deploy = slim.description.deploy
    if outDeploy != nil { _ = try NetDescription(deploy, state: request.state, registry: registry) }
    let state = try snapshot.map { try slicedState($0, slim, log) }
    let read = try sources.value()
    let record = SlimRecord(slim, proof, sources: read, weights: read[1], bound: bound.bound)
    // All files are whole before the first one gets its name.
    var files = [file]
    if let state, let outSnapshot { files.append(try SolverStateFile.stage(state, to: outSnapshot)) }
    files.append(try Prototxt.stage(slim.net, to: outModel))
    if let outDeploy { files.append(try Prototxt.stage(deploy, to: outDeploy)) }
    files.append(try JSONFile.stage(record, to: outWeights + ".json"))
    try StagedFile.commit(files)
    progress.clear()
    for line in SlimReport(slim, proof).lines + LookOptions.unproven(slim.description) { say(line) }
    say("\(weights): \(read[1].bytes) bytes -> \(outWeights): \(try fileStatus(outWeights).st_size) bytes")
  }

  private func slicedState(_ path: String, _ slim: SlimNet, _ log: RunLog) throws -> SolverState {
    let state = try SolverStateFile.read(path)
    if state.hasPruneState || !state.historyPunish.isEmpty {
      log.warning("\(path): the state of its pruning run is left out, since slimming ends it")
    }
    return try slim.sliced(state, learnedNet: outWeights)
  }
}
