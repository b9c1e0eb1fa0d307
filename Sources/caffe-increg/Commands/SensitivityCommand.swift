import ArgumentParser
import Base
import Budgets
import CaffeProto
import Layers
import NetIO
import NetModel
import Pruning
import Slimming
import Solver

/// Measures what accuracy each layer loses by itself.
struct SensitivityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sensitivity",
    abstract: "Measures, prints and draws what accuracy a net loses when one layer alone is narrower.",
    discussion: """
      The net runs on its own test data, on the same images each time, with the least important channels of one layer (and \
      of those that depend on it) masked. A width behind which more than half of the accuracy is lost is the last that is \
      tried. --out keeps the map, from which plan and prune take widths for any budget: --allocate sensitivity --map.
      """)

  @Option(
    help: ArgumentHelp("The net, with its test data and an accuracy.", valueName: "prototxt"), completion: .file())
  var model: String

  @Option(help: ArgumentHelp("Its weights.", valueName: "caffemodel"), completion: .file())
  var weights: String

  @Option(help: "What a channel is worth, as for prune.")
  var importance = L1Norm.name

  @Option(help: "For --importance random.")
  var seed = 1

  @Option(help: ArgumentHelp("The images that are run each time, rounded up to whole batches.", valueName: "count"))
  var images = 1000

  @Option(help: "Widths are multiples of this, or whole.")
  var round = 8

  @Option(help: "The fewest channels that a layer keeps; an eighth of them in any case.")
  var floor = 1

  @Option(help: ArgumentHelp("A file for the map.", valueName: "json"), completion: .file())
  var out: String?

  @Option(help: ArgumentHelp("A file for a drawing of the map.", valueName: "svg"), completion: .file())
  var svg: String?

  @Flag(help: "Print the map as JSON instead of text.")
  var json = false

  @OptionGroup var options: RunOptions

  func validate() throws {
    try checkName(importance, of: "--importance", among: Importances.names)
    try checkNames(outputs: [out, svg].compactMap(\.self), inputs: [model, weights])
    for (name, value) in [("images", images), ("round", round), ("floor", floor)] where value < 1 {
      throw ValidationError("--\(name) must be at least 1, but is \(value)")
    }
  }

  func run() throws {
    for path in [out, svg].compactMap({ $0 }) { try AtomicFile.probe(path) }
    let log = RunLog.standardError
    let state = options.part.state(options.part.phase(or: .test))
    let parameter = try Prototxt.keptNet(model, log: log)
    let (net, blobs) = try placing(model, state) {
      let net = try NetDescription(parameter, state: state, registry: .caffe)
      return (net, try CaffeModel.read(weights, for: net, log: log).blobs(for: net))
    }
    let importance: any Importance = Importances.named(importance, seed: seed) ?? L1Norm()
    let observations = try placing(model, state) {
      try options.observe(
        type(of: importance).needs, parameter, state: state, blobs, batches: RunOptions.scoreBatches, log)
    }
    let ranking = try PruneRanking(net, weights: blobs, importance: importance, observations)
    let space = try WidthSpace(ranking, .init(multiple: round, floor: floor), registry: .caffe)
    let source = try SensitivitySource(space, weights: weights, self.importance)
    let map = try placing(model, state) {
      try source.measure(images: images, state: state, registry: .caffe, options.makeBackend(log), log)
    }
    // All files are whole before the first one gets its name.
    var files: [StagedFile] = []
    if let out { files.append(try JSONFile.stage(map, to: out)) }
    if let svg {
      files.append(try AtomicFile.stage(svg) { $0.write(SensitivityDrawing(map, name: net.parameter.name).text) }.file)
    }
    try StagedFile.commit(files)
    if json { return say(String(decoding: try JSON.encode(map), as: UTF8.self)) }
    for line in SensitivityDrawing(map, name: net.parameter.name).lines { say(line) }
  }
}
