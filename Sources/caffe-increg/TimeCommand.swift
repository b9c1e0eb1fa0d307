import ArgumentParser
import CaffeProto
import Engine
import Layers
import Solver

/// Measures a model's speed (Caffe: `caffe time`).
struct TimeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "time",
    abstract: "Measures the forward and backward time of a net, layer by layer.")

  @Option(help: ArgumentHelp("The net.", valueName: "prototxt"))
  var model: String

  @Option(help: ArgumentHelp("Weights to load, separated by commas.", valueName: "caffemodels"))
  var weights: String?

  @Option(help: "The number of measured iterations.")
  var iterations = 50

  @Flag(help: "Measure forward passes only, of a net that is ready for nothing else.")
  var forwardOnly = false

  @OptionGroup var options: RunOptions

  func validate() throws {
    guard iterations > 0 else { throw ValidationError("--iterations must be positive, but is \(iterations)") }
  }

  func run() throws {
    let progress = ProgressLine("time")
    let log = progress.log
    let net = try options.net(
      model, phase: options.part.phase(or: forwardOnly ? .test : .train), weights: weights,
      use: forwardOnly ? .inference : .training, log: log)
    // One clean pass allocates everything and sets the gradients that losses start from.
    log.info("Performing Forward")
    log.info("Initial loss: \(try net.forward().logged)")
    if !forwardOnly {
      log.info("Performing Backward")
      try net.backward()
    }
    log.info("*** Benchmark begins ***")
    log.info("Testing for \(iterations) iterations.")
    try measure(net, log, progress)
    log.info("*** Benchmark ends ***")
  }

  private func measure(_ net: Net, _ log: RunLog, _ progress: ProgressLine) throws {
    let clock = ContinuousClock()
    var forward = [Duration](repeating: .zero, count: net.layers.count)
    var backward = forward
    let total = try clock.measure {
      for iteration in 1...iterations {
        let time = try clock.measure {
          for (index, layer) in net.layers.enumerated() {
            forward[index] += try clock.measure { _ = try layer.forward() }
          }
          for (index, layer) in net.layers.enumerated().reversed() where layer.needsBackward {
            backward[index] += try clock.measure { try layer.backward() }
          }
        }
        log.info("Iteration: \(iteration) forward-backward time: \(time.milliseconds) ms.")
        progress.update(iteration, of: iterations)
      }
    }
    log.info("Average time per layer: ")
    for (index, layer) in net.layers.enumerated() {
      let name = layer.described.name
      let padded = String(repeating: " ", count: max(0, 10 - name.count)) + name
      log.info("\(padded)\tforward: \((forward[index] / iterations).milliseconds) ms.")
      log.info("\(padded)\tbackward: \((backward[index] / iterations).milliseconds) ms.")
    }
    log.info("Average Forward pass: \((forward.reduce(.zero, +) / iterations).milliseconds) ms.")
    log.info("Average Backward pass: \((backward.reduce(.zero, +) / iterations).milliseconds) ms.")
    log.info("Average Forward-Backward: \((total / iterations).milliseconds) ms.")
    log.info("Total Time: \(total.milliseconds) ms.")
  }
}

extension Duration {
  fileprivate var milliseconds: String { (self / .milliseconds(1)).logged }
}
