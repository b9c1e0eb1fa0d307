import Engine

extension Solver {
  /// Tests all test nets on `test_iter` batches each and logs the means (Caffe: `Solver::TestAll`).
  ///
  /// - Returns: per test net and output the means; the nets from the one where somebody outside stopped the run on are
  ///   missing.
  @discardableResult public func testAll() throws -> [[NetOutput]] {
    var scores: [[NetOutput]] = []
    for index in testNets.indices {
      guard !stopRequested, let means = try test(index) else { break }
      scores.append(means)
    }
    return scores
  }

  private func test(_ index: Int) throws -> [NetOutput]? {
    log.info("Iteration \(iteration), Testing net (#\(index))")
    let net = testNets[index]
    let batches = parameter.testIter[index]
    var means: [NetOutput] = []
    var loss: Float = 0
    for batch in 0..<batches {
      try answerRequests()
      if stopRequested {
        log.info("Test interrupted.")
        return nil
      }
      loss += try net.forward()
      let values = net.outputValues()
      if batch == 0 { means = values } else { means.add(values) }
    }
    if parameter.testComputeLoss { log.info("Test loss: \((loss / Float(batches)).logged)") }
    var number = 0
    for output in means.indices {
      for position in means[output].values.indices {
        means[output].values[position] /= Float(batches)
        let text = means[output].text(means[output].values[position])
        log.info("    Test net output #\(number): \(means[output].name) = \(text)")
        number += 1
      }
    }
    return means
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

extension [NetOutput] {
  /// Adds the values of another batch, whose outputs may be shorter or longer if the net was reshaped.
  fileprivate mutating func add(_ other: [NetOutput]) {
    for index in indices {
      for position in self[index].values.indices where position < other[index].values.count {
        self[index].values[position] += other[index].values[position]
      }
    }
  }
}
