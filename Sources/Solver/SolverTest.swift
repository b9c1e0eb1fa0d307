import Base
import Engine

extension Solver {
  /// Tests all test nets on `test_iter` batches each and logs the means (Caffe: `Solver::TestAll`).
  ///
  /// - Returns: per test net and output the means; the nets from the one where somebody outside stopped the run on are
  ///   missing.
  @discardableResult public func testAll() throws -> [[NetOutput]] {
    // A test that is cut off is made again, from its beginning, by the run that is resumed.
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
    for _ in 0..<batches {
      try answerRequests()
      if stopRequested {
        log.info("Test interrupted.")
        return nil
      }
      loss += try net.forward()
      if parameter.debugInfo { logForward(net) }
      means.add(net.outputValues())
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

  private func answerRequests() throws {
    while true {
      switch requestedAction() {
      case .none: return
      case .snapshot: try snapshot()
      case .stop:
        stopRequested = true
        return
      }
    }
  }
}
