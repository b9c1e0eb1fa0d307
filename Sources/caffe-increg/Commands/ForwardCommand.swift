import ArgumentParser
import Base
import CaffeProto
import Engine
import Layers
import NetIO
import NetModel
import Slimming
import Solver

/// Runs a net once on arrays from a file.
struct ForwardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forward", abstract: "Runs a net on arrays and writes every blob.",
    discussion: """
      The inputs file holds a dataset /<blob> for every Input blob, whose shape counts. The outputs file gets \
      /data/<blob> for every blob. With --backward the gradients of the net's outputs come from /diff/<blob> of the \
      inputs file (zero where there is none, the loss weight for losses), and the outputs file also gets /diff/<blob>, \
      /param/<layer>/<i> after the pass and /param_diff/<layer>/<i>. A blob a/b beside a blob a is written as a:b.
      """)

  @Option(help: ArgumentHelp("The net.", valueName: "prototxt"), completion: .file())
  var model: String

  @Option(
    help: ArgumentHelp("The weights, separated by commas; without them fillers fill.", valueName: "caffemodels"),
    completion: .file())
  var weights: String?

  @Option(help: ArgumentHelp("The arrays to read.", valueName: "h5"), completion: .file())
  var inputs: String

  @Option(help: ArgumentHelp("The arrays to write.", valueName: "h5"), completion: .file())
  var outputs: String

  @Flag(help: "Also compute gradients.")
  var backward = false

  @OptionGroup var options: RunOptions

  func validate() throws {
    try checkNames(
      outputs: [outputs], inputs: [model, inputs] + (weights?.listedFiles ?? []))
  }

  func run() throws {
    let log = RunLog.standardError
    try AtomicFile.probe(outputs)
    let arrays = try NetArrays(reading: inputs)
    let state = options.part.state(options.part.phase(or: .test))
    let parameter = try Prototxt.net(model, log: log)
    try InputFile.check(weights?.listedFiles ?? [])
    let reshaped = try arrays.reshapingInputs(of: parameter, state: state)
    let net = try NetArrays.placing(arrays, in: parameter, state, .caffe) {
      do {
        return try placing(model, state) {
          let net = try Net(
            reshaped, state: state, registry: .caffe, backend: options.makeBackend(log), random: RandomSource(seed: -1),
            use: backward ? .allGradients : NetUse(gradients: false, keepsBlobs: true))
          try net.loadWeights(listed: weights, log: log)
          return net
        }
      } catch { throw SlimError.given(error) }
    }
    log.warn(ifEmpty: net.layers, of: model, in: state.phase)
    for name in try arrays.fillInputs(of: net) {
      log.warning("\(inputs): no Input layer of the net makes '\(name)', so that array is not used")
    }
    try NetArrays.placing(arrays, in: parameter, state, .caffe) {
      do { try net.forward() } catch { throw SlimError.given(error) }
    }
    let data = net.blobs.map(\.plainData)
    if backward {
      try arrays.fillOutputDiffs(of: net)
      try net.backward()
    }
    try HDF5Writer.write(to: outputs) { file in
      try NetArrays.write(net, data: data, backward: backward, to: file)
    }
  }
}
