import ArgumentParser
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
      into the biases of their readers. Then both nets run on the same random inputs: files are written only if every \
      blob that both have differs by at most --tolerance, relative to its largest value. What went, from which files, \
      and the differences are written beside the weights, into a file with .json added to its name.
      """)

  @Option(help: ArgumentHelp("The masked net.", valueName: "prototxt"))
  var model: String

  @Option(help: ArgumentHelp("Its weights.", valueName: "caffemodel"))
  var weights: String

  @Option(name: .customLong("out-model"), help: ArgumentHelp("The slim net to write.", valueName: "prototxt"))
  var outModel: String

  @Option(name: .customLong("out-weights"), help: ArgumentHelp("Its weights to write.", valueName: "caffemodel"))
  var outWeights: String

  @Option(
    name: .customLong("out-deploy"),
    help: ArgumentHelp(
      "The slim net to write for inference: Input layers instead of data, no losses, one phase.", valueName: "prototxt")
  )
  var outDeploy: String?

  @Option(help: "The largest relative difference that counts as equal.")
  var tolerance: Float = 1e-4

  @OptionGroup var options: RunOptions

  func validate() throws {
    guard tolerance >= 0 else { throw ValidationError("--tolerance must not be negative, but is \(tolerance)") }
  }

  func run() throws {
    let log = RunLog.standardError
    let result = try SlimRun(
      Prototxt.net(model, log: log), weights: CaffeModel.read(weights, log: log),
      state: options.part.state(options.part.phase(or: .test)),
      registry: .caffe, backend: options.makeBackend(log), tolerance: tolerance)
    let record = try SlimRecord(result, sources: [model, weights], tolerance: tolerance)
    let deploy = result.after.deploy
    if outDeploy != nil { _ = try NetDescription(deploy, state: result.after.parameter.state, registry: .caffe) }
    // The large file first: a full disk leaves nothing behind.
    try CaffeModel.write(result.weights, to: outWeights)
    try Prototxt.write(result.net, to: outModel)
    if let outDeploy { try Prototxt.write(deploy, to: outDeploy) }
    try record.write(to: outWeights + ".json")
    for line in SlimReport(result).lines { print(line) }
    let (before, after) = (try fileStatus(weights).st_size, try fileStatus(outWeights).st_size)
    print("\(weights): \(before) bytes -> \(outWeights): \(after) bytes")
  }
}
