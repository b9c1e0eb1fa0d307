import Base
import CaffeProto
import Engine
import NetModel

extension Solver {
  /// Trains until `max_iter`, or until the hook or somebody outside ends the run (Caffe: `Solver::Solve`).
  ///
  /// - Parameter snapshot: a solver state to go on from
  public func solve(resume snapshot: String? = nil) throws {
    let claim = try claimSnapshots()
    defer { withExtendedLifetime(claim) {} }
    try adopt()
    if let snapshot {
      log.info("Resuming from \(snapshot)")
      try restore(snapshot)
    }
    log.info("Starting Optimization")
    log.info("Solving \(net.description.parameter.name)")
    log.info("Learning Rate Policy: \(parameter.lrPolicy)")
    stopRequested = false
    try onEvent(.start(iteration: iteration, maxIter: parameter.maxIter))
    // A hook that has reached its own end has saved what it wants to be saved.
    if try step(max(0, parameter.maxIter - iteration)) == .finish {
      log.info("Optimization Done.")
      return
    }
    if parameter.snapshotAfterTrain, parameter.snapshot == 0 || iteration % parameter.snapshot != 0 {
      try self.snapshot()
    }
    if stopRequested {
      try hook?.endRun(self)
      log.info("Optimization stopped early.")
      return
    }
    if displays {
      ranks.pass = (iteration, 0)
      smoothed.add(try communicator.means(of: [try net.forward()])[0])
      log.info("Iteration \(iteration), loss = \(smoothed.value.logged)")
      try reportDisplay(learningRate: nil, iterationsPerSecond: nil)
    }
    if parameter.testInterval > 0, iteration % parameter.testInterval == 0 { try testPeriodically() }
    try hook?.endRun(self)
    log.info("Optimization Done.")
  }

  /// Makes `count` updates (Caffe: `Solver::Step`), fewer if the hook or somebody outside ends the run.
  @discardableResult public func step(_ count: Int) throws -> RunDecision {
    try begin()
    let end = iteration + count
    smoothed = SmoothedLoss(window: parameter.averageLoss)
    var clock = DisplayClock(iteration: iteration)
    while iteration < end {
      if !updateIsMade {
        net.clearParameterDiffs()
        if parameter.testInterval > 0, iteration % parameter.testInterval == 0,
          iteration > 0 || parameter.testInitialization
        {
          try testPeriodically()
          if stopRequested { return .proceed }
        }
        try compareWeightsIfDue()
        if updatesEarly { try takeLearningRate() }
        try accumulate()
        smoothed.add(loss)
        let rate = displays ? try display(&clock) : nil
        try timingUpdate { try applyUpdate() }
        updateIsMade = true
        times.iterations += 1
        if let rate {
          try reportDisplay(learningRate: learningRate, iterationsPerSecond: rate, times: times)
          times = IterationTimes()
        }
      }
      if let hook, !epochIsTold, let epochs, epochs.ends(after: iteration) {
        let epoch = epochs.epoch(at: iteration) + 1
        try timingUpdate { try hook.didEpoch(self, epoch: epoch, of: epochs.total) }
        if stopRequested { return .proceed }
        epochIsTold = true
      }
      if try timingUpdate({ try hook?.didUpdate(self) }) == .finish { return .finish }
      // Stopped in a test of the hook's: the iteration stays open, a resumed run does this part of it again.
      if stopRequested { return .proceed }
      (updateIsMade, epochIsTold) = (false, false)
      iteration += 1
      let request = try agreedAction()
      if request == .snapshot || parameter.snapshot > 0 && iteration % parameter.snapshot == 0 {
        try snapshot()
        try hook?.didSnapshot(self)
      }
      if request == .stop {
        stopRequested = true
        return .proceed
      }
    }
    return .proceed
  }

  /// Whether this iteration is one that is displayed.
  public var displays: Bool { parameter.display > 0 && iteration % parameter.display == 0 }

  /// Runs all passes of an iteration; the gradients are their sum, the loss is their mean.
  private func accumulate() throws {
    let passes = parameter.iterSize * (hook?.passes(self) ?? 1)
    let debug = displays && parameter.debugInfo
    var sum: Float = 0
    for pass in 0..<passes {
      try timingUpdate { try hook?.willForward(self, pass: pass) }
      ranks.pass = (iteration, pass)
      let forward = Stopwatch()
      let objective = try net.forward()
      try checkLoss(objective)
      sum += objective
      times.forward += forward.time
      if debug { logForward(net) }
      let (backward, before) = (Stopwatch(), times.update + times.exchange)
      if updatesEarly {
        try net.backward { gradient in try timingUpdate { try update(gradient, gradientScale: 1) } }
      } else if let exchange, pass + 1 == passes || hook?.needsWholePasses == true {
        try net.backward(consume: exchange.take)
        let wait = Stopwatch()
        try exchange.finish()
        times.exchange += wait.time
      } else {
        try net.backward()
      }
      times.backward += backward.time - (times.update + times.exchange - before)
      if debug { logBackward() }
      try timingUpdate { try hook?.didBackward(self, pass: pass) }
    }
    loss = try exchange(loss: sum / Float(passes))
  }

  /// Counts the time of `body` as time of the update.
  private func timingUpdate<Result>(_ body: () throws -> Result) rethrows -> Result {
    let watch = Stopwatch()
    defer { times.update += watch.time }
    return try body()
  }

  private func reportDisplay(
    learningRate: Float?, iterationsPerSecond: Double?, times: IterationTimes? = nil
  ) throws {
    try onEvent(
      .display(
        RunEvent.Display(
          iteration: iteration, loss: smoothed.value, learningRate: learningRate,
          iterationsPerSecond: iterationsPerSecond, times: times,
          outputs: trainOutputs())))
  }

  /// Logs an iteration and returns its speed in iterations per second.
  private func display(_ clock: inout DisplayClock) throws -> Double {
    let (rate, seconds) = clock.lap(iteration)
    log.info(
      "Iteration \(iteration) (\(rate.logged) iter/s, \(seconds.logged)s/\(parameter.display) iters), loss = \(smoothed.value.logged)"
    )
    var index = 0
    for output in try trainOutputs() {
      for value in output.values {
        log.info("    Train net output #\(index): \(output.name) = \(output.text(value))")
        index += 1
      }
    }
    return rate
  }
}

/// Measures the speed between two displays.
private struct DisplayClock {
  private var last: Int
  private var start = ContinuousClock.now

  init(iteration: Int) { last = iteration }

  /// Iterations per second and seconds since the last call.
  mutating func lap(_ iteration: Int) -> (rate: Double, seconds: Double) {
    let now = ContinuousClock.now
    let seconds = (now - start) / .seconds(1)
    let count = Double(iteration - last)
    (start, last) = (now, iteration)
    return (seconds > 0 ? count / seconds : 0, seconds)
  }
}
