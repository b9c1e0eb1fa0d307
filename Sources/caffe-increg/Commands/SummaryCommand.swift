import ArgumentParser
import Base
import CaffeProto
import Layers
import NetIO
import NetModel
import Solver

/// Says what a net is: shapes, parameters, multiply-adds and how much of its weights is zero.
struct SummaryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "summary",
    abstract: "Prints the shapes, parameters, multiply-adds and sparsity of a net, layer by layer.")

  @Option(help: ArgumentHelp("The net.", valueName: "prototxt"), completion: .file())
  var model: String

  @Option(help: ArgumentHelp("Weights to count zeros in.", valueName: "caffemodel"), completion: .file())
  var weights: String?

  @Flag(help: "Print one JSON object instead of text.")
  var json = false

  @OptionGroup var part: StateOptions

  @OptionGroup var look: LookOptions

  func run() throws {
    let state = part.state(part.phase(or: .test))
    let parameter = try Prototxt.keptNet(model, log: .standardError)
    let net = try placing(model, state) {
      let registry = try look.registry(for: parameter, state: state, weights: weights, log: .standardError)
      return try NetDescription(parameter, state: state, registry: registry)
    }
    try look.report(net, .standardError)
    RunLog.standardError.warn(ifEmpty: net.layers, of: model, in: state.phase)
    let blobs = try placing(model, state) {
      try weights.map { try LayerWeights(CaffeModel.read($0, for: net, log: .standardError), from: $0, for: net) }
    }
    for line in blobs?.missing ?? [] { RunLog.standardError.warning(line) }
    let summary = NetSummary(net, weights: blobs)
    if json { return say(String(decoding: try JSON.encode(summary.record), as: UTF8.self)) }
    for line in summary.lines { say(line) }
  }
}
