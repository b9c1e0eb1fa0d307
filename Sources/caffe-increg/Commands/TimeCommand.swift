import ArgumentParser
import Base
import CaffeProto
import Engine
import Layers
import NetIO
import NetModel
import Solver

/// Measures a model's speed (Caffe: `caffe time`).
struct TimeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "time",
    abstract: "Measures the forward and backward time of a net, layer by layer.")

  @Option(help: ArgumentHelp("The net.", valueName: "prototxt"), completion: .file())
  var model: String

  @Option(help: ArgumentHelp("Weights to load, separated by commas.", valueName: "caffemodels"), completion: .file())
  var weights: String?

  @Option(help: "The number of measured iterations.")
  var iterations = 50

  @Flag(help: "Measure forward passes only, of a net that is ready for nothing else.")
  var forwardOnly = false

  @Option(
    name: .customLong("log-json"), help: "A file to append every layer's times to, as one JSON object in a line.",
    completion: .file())
  var logJSON: String?

  @Flag(
    help: ArgumentHelp(
      "Instead measure every layer of the forward pass at several widths, as plan --budget latency does.",
      discussion: "What earlier runs have measured is taken from the user's cache folder."))
  var table = false

  @Option(help: ArgumentHelp("For --table: the items of a batch; without it the net's own.", valueName: "items"))
  var batch: Int?

  @OptionGroup var options: RunOptions

  @OptionGroup var look: LookOptions

  func validate() throws {
    guard iterations > 0 else { throw ValidationError("--iterations must be positive, but is \(iterations)") }
    if let batch, batch < 1 || !table { throw ValidationError("--batch goes with --table, and must be at least 1") }
  }

  func run() throws {
    let progress = ProgressLine("time")
    let log = progress.log
    options.begin(log)
    if table { return try printTable(log) }
    let events = try logJSON.map(EventLog.init)
    let net = try options.net(
      model, phase: options.part.phase(or: forwardOnly ? .test : .train), weights: weights,
      use: forwardOnly ? .inference : .training, log: log, registry: look.registry())
    try look.report(net.description, log)
    try events?.write(options.conditions(of: "time", model, weights))
    try events?.write(.other(NetSizes(net.description)))
    // One clean pass allocates everything and sets the gradients that losses start from.
    log.info("Performing Forward")
    log.info("Initial loss: \(try net.forward().logged)")
    if !forwardOnly {
      log.info("Performing Backward")
      try net.backward()
    }
    log.info("*** Benchmark begins ***")
    log.info("Testing for \(iterations) iterations.")
    var times = net.layers.map { layer in
      RunEvent.LayerTime(name: layer.described.name, type: layer.described.type, forward: [], backward: [])
    }
    let total = try measure(net, &times, log, progress)
    report(times, total, log)
    for (index, layer) in net.layers.enumerated() where layer.absorbed == .nothing {
      times[index].plan = layer.layer.plan
      if let plan = layer.layer.plan { log.info("Plan of \(layer.described.name): \(plan)") }
    }
    log.info("*** Benchmark ends ***")
    try events?.write(.layers(iterations: iterations, times))
  }

  private func printTable(_ log: RunLog) throws {
    let state = options.part.state(options.part.phase(or: .test))
    let net = try placing(model, state) {
      try NetDescription(Prototxt.net(model, log: log), state: state, registry: look.registry())
    }
    try look.report(net, log)
    for line in try TimeTable(net, options, batch: batch, registry: look.registry(), log).lines { say(line) }
  }

  /// Runs all iterations; returns their time in milliseconds.
  private func measure(
    _ net: Net, _ times: inout [RunEvent.LayerTime], _ log: RunLog, _ progress: ProgressLine
  ) throws -> Double {
    let clock = Stopwatch.monotonic
    return try clock.milliseconds {
      for iteration in 1...iterations {
        net.clearParameterDiffs()
        let time = try clock.milliseconds {
          for (index, layer) in net.layers.enumerated() {
            times[index].forward.append(try clock.milliseconds { _ = try layer.forward() })
          }
          for (index, layer) in net.layers.enumerated().reversed() where layer.needsBackward {
            times[index].backward.append(try clock.milliseconds { try layer.backward() })
          }
        }
        log.info("Iteration: \(iteration) forward-backward time: \(time.logged) ms.")
        progress.update(iteration, of: iterations)
      }
    }
  }

  private func report(_ times: [RunEvent.LayerTime], _ total: Double, _ log: RunLog) {
    let mean = { (times: [Double]) in times.reduce(0, +) / Double(iterations) }
    log.info("Average time per layer: ")
    for layer in times {
      let padded = String(repeating: " ", count: max(0, 10 - layer.name.count)) + layer.name
      log.info("\(padded)\tforward: \(mean(layer.forward).logged) ms.")
      log.info("\(padded)\tbackward: \(mean(layer.backward).logged) ms.")
    }
    log.info("Average Forward pass: \(mean(times.flatMap(\.forward)).logged) ms.")
    log.info("Average Backward pass: \(mean(times.flatMap(\.backward)).logged) ms.")
    log.info("Average Forward-Backward: \((total / Double(iterations)).logged) ms.")
    log.info("Total Time: \(total.logged) ms.")
    for (pass, times) in [("forward", times.map(\.forward)), ("backward", times.map(\.backward))] {
      let series = times.filter { !$0.isEmpty }.map { Series($0) }
      guard !series.isEmpty else { continue }
      let noisy = series.isNoisy ? " (noisy: not even this is sure)" : ""
      log.info("Undisturbed \(pass) pass, layers' tenth percentiles: \(series.estimate.logged) ms\(noisy).")
    }
  }
}
