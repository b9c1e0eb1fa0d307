import Base
import Engine

extension Solver {
  /// Tests all test nets on `test_iter` batches each and logs the means (Caffe: `Solver::TestAll`).
  ///
  /// - Returns: per test net and output the means; the nets from the one where somebody outside stopped the run on are
  ///   missing.
  @discardableResult public func testAll() throws -> [[NetOutput]] {
    // A test that is cut off is made again, from its beginning, by the run that is resumed.
    try averageStatistics()
    let before = position
    positionBeforeTest = before
    defer { positionBeforeTest = nil }
    var scores: [[NetOutput]] = []
    for index in testNets.indices {
      guard !stopRequested, let means = try test(index) else { break }
      scores.append(means)
    }
    if stopRequested { try take(before, from: "the test's beginning") }
    return scores
  }

  /// Makes a test that is due, and tells the hook of it.
  func testPeriodically() throws {
    let results = try testAll()
    if !stopRequested { try hook?.didTest(self, results) }
  }

  private func test(_ index: Int) throws -> [NetOutput]? {
    log.info("Iteration \(iteration), Testing net (#\(index))")
    let net = testNets[index]
    let batches = parameter.testIter[index]
    var means = OutputMeans()
    var loss: Float = 0
    let count = communicator.count
    let sources = net.layers.compactMap { $0.layer as? any PositionedLayer & SampledLayer }
    let starts = sources.map(\.position.records)
    // Ranks take batches in turn; their results are added in the order of batches.
    for first in stride(from: 0, to: batches, by: count) {
      try answerRequests()
      if stopRequested {
        log.info("Test interrupted.")
        return nil
      }
      let isOurs = first + communicator.rank < batches
      let objective = isOurs ? try net.forward() : 0
      if parameter.debugInfo, isOurs { logForward(net) }
      for scores in try gather(objective, net.outputValues()).prefix(batches - first) {
        loss += scores.loss
        means.add(scores.outputs)
      }
    }
    if batches % count != 0 {
      for (source, start) in zip(sources, starts) { source.position.records = start + batches * source.batch }
    }
    if parameter.testComputeLoss { log.info("Test loss: \((loss / Float(batches)).logged)") }
    var number = 0
    for output in means.outputs {
      for value in output.values {
        log.info("    Test net output #\(number): \(output.name) = \(output.text(value))")
        number += 1
      }
    }
    try onEvent(
      .test(
        RunEvent.Test(
          iteration: iteration, net: index, batches: batches, loss: loss / Float(batches), outputs: means.outputs)))
    return means.outputs
  }

  /// What a batch has given on each rank.
  private func gather(_ loss: Float, _ outputs: [NetOutput]) throws -> [(loss: Float, outputs: [NetOutput])] {
    guard communicator.count > 1 else { return [(loss, outputs)] }
    return try communicator.gather(([loss] + outputs.flatMap(\.values)).map(Double.init)).map { numbers in
      var (rest, outputs) = (numbers.dropFirst().map(Float.init)[...], outputs)
      for index in outputs.indices {
        let size = outputs[index].values.count
        outputs[index].values = Array(rest.prefix(size))
        rest = rest.dropFirst(size)
      }
      return (Float(numbers[0]), outputs)
    }
  }

  private func answerRequests() throws {
    while true {
      switch try agreedAction() {
      case .none: return
      case .snapshot: try snapshot()
      case .stop:
        stopRequested = true
        return
      }
    }
  }
}
