import ArgumentParser
import Base
import Engine
import Layers
import Solver

/// Scores a model (Caffe: `caffe test`).
struct TestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Runs a net in phase TEST and reports the means of its outputs.")

  @Option(help: ArgumentHelp("The net.", valueName: "prototxt"), completion: .file())
  var model: String

  @Option(help: ArgumentHelp("The weights, separated by commas.", valueName: "caffemodels"), completion: .file())
  var weights: String

  @Option(help: "The number of batches.")
  var iterations = 50

  @Option(
    name: .customLong("log-json"), help: "A file to append events to, one JSON object a line.", completion: .file())
  var logJSON: String?

  @OptionGroup var options: RunOptions

  func validate() throws {
    guard !weights.listedFiles.isEmpty else { throw ValidationError("--weights names no file") }
    guard iterations > 0 else { throw ValidationError("--iterations must be positive, but is \(iterations)") }
  }

  func run() throws {
    let progress = ProgressLine("test")
    let log = progress.log
    options.begin(log)
    let events = try logJSON.map(EventLog.init)
    let net = try options.net(model, phase: .test, weights: weights, use: .inference, log: log)
    try events?.write(options.conditions(of: "test", model, weights))
    try events?.write(.other(NetSizes(net.description)))
    log.info("Running for \(iterations) iterations.")
    var means = OutputMeans()
    var loss: Float = 0
    for batch in 0..<iterations {
      loss += try net.forward()
      let values = net.outputValues()
      for output in values {
        for value in output.values { log.info("Batch \(batch), \(output.name) = \(value.logged)") }
      }
      means.add(values)
      progress.update(batch + 1, of: iterations)
    }
    try events?.write(
      .test(
        RunEvent.Test(
          iteration: nil, net: 0, batches: iterations, loss: loss / Float(iterations), outputs: means.outputs)))
    log.info("Loss: \((loss / Float(iterations)).logged)")
    for output in means.outputs {
      for value in output.values { log.info("\(output.name) = \(output.text(value))") }
    }
  }
}
