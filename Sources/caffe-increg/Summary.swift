import ArgumentParser
import CaffeProto
import Layers
import NetIO
import NetModel

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

  @OptionGroup var stages: StageOptions

  func run() throws {
    let net = try NetDescription(
      NetFiles.read(model), state: stages.state(phase.phase), registry: .caffe)
    let report = NetSummary(net, weights: try weights.map { try LayerWeights(reading: $0, for: net) })
    for line in report.lines { print(line) }
  }
}
