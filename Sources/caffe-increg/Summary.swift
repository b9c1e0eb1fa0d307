import ArgumentParser
import CaffeProto
import Layers
import NetIO
import NetModel
import Solver

/// Says what a net is: shapes, parameters, multiply-adds and how much of its weights is zero.
struct Summary: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prints the shapes, parameters, multiply-adds and sparsity of a net, layer by layer.")

  @Option(help: ArgumentHelp("The net.", valueName: "prototxt"))
  var model: String

  @Option(help: ArgumentHelp("Weights to count zeros in.", valueName: "caffemodel"))
  var weights: String?

  @Option(help: "TRAIN or TEST.")
  var phase = PhaseName.TEST

  @OptionGroup var state: StateOptions

  func run() throws {
    let net = try NetDescription(
      NetFiles.read(model), state: state.state(phase.phase), registry: .caffe)
    let blobs = try weights.map { try LayerWeights(NetParameter(binaryFile: $0), from: $0, for: net) }
    for line in NetSummary(net, weights: blobs).lines { print(line) }
  }
}
