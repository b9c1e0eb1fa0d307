import Engine

/// What normalisations divide by in a pass that scores.
public enum Statistics: Sendable {
  /// The running statistics, as in a test.
  case running
  /// Those of the batch, as in training.
  case batch
}

/// A gradient of one batch, or where there are several ranks the mean of a batch of each, as
/// ``Solver/score(batches:statistics:keepsPosition:visit:)`` hands it out.
public struct BatchGradient {
  /// The batch's number, from 0.
  public let batch: Int
  /// The parameter's number in the train net.
  public let parameter: Int
  /// The elements that are meant. In runs without a hook they may be a part of the parameter.
  public let range: Range<Int>
  /// Their gradients in the order of the axes, valid during the call.
  public let gradient: FloatView
}

// Passes over training data without an update. To be called between iterations, in `didUpdate`, `didEpoch`,
// `beginRun`. Afterwards the run is as before, but for the outputs' values, and for where the data
// stands if it is to move on.
extension Solver {
  /// Runs forward and backward over batches of the training data, and shows each parameter's gradient for each batch.
  /// Parameters that do not learn have none: zeros. Dropout and the like draw numbers as in training.
  ///
  /// - Parameters:
  ///   - batches: how many
  ///   - statistics: what BatchNorm layers divide by; their running statistics stay
  ///   - keepsPosition: whether the data that was used comes again in training
  ///   - visit: called per batch and parameter, or piece of it, as the gradients become complete
  /// - Returns: the mean objective; 0 of no batches
  @discardableResult public func score(
    batches: Int, statistics: Statistics, keepsPosition: Bool = false, visit: (BatchGradient) throws -> Void
  ) throws -> Float {
    guard batches > 0 else { return 0 }
    // Changes that are kept for a snapshot lie in the memory of gradients.
    let changes = parameter.snapshotDiff ? net.parameters.map(\.blob.plainDiff) : []
    defer {
      net.clearParameterDiffs()
      for (learned, change) in zip(net.parameters, changes) { learned.blob.setPlainDiff(change) }
    }
    return try beside(statistics, keepsPosition: keepsPosition) {
      var loss: Float = 0
      for batch in 0..<batches {
        func show(_ part: ParameterGradient) throws {
          // Filters in tiles are whole, and may have fewer floats than in the order of the axes.
          let whole = part.tiles.map { _ in net.parameters[part.parameter].blob.mutableDiff }
          try visit(
            BatchGradient(
              batch: batch, parameter: part.parameter, range: whole.map { 0..<$0.count } ?? part.range,
              gradient: (whole ?? part.values).readOnly))
        }
        net.clearParameterDiffs()
        ranks.pass = (iteration, -1 - batch)
        loss += try net.forward()
        guard let exchange else {
          try net.backward(consume: show)
          continue
        }
        try net.backward(consume: exchange.take)
        try exchange.finish()
        for index in net.parameters.indices.reversed() { try show(net.gradient(index)) }
      }
      return try communicator.means(of: [loss / Float(batches)])[0]
    }
  }

  /// The mean gradients over batches of the training data, per parameter of the train net in the order of its axes. See
  /// ``score(batches:statistics:keepsPosition:visit:)``.
  public func gradients(batches: Int, statistics: Statistics, keepsPosition: Bool = false) throws -> [[Float]] {
    let means = net.parameters.map { Blob(shape: $0.blob.shape) }
    try score(batches: batches, statistics: statistics, keepsPosition: keepsPosition) { part in
      let range = part.range
      means[part.parameter].mutableData.part(range.lowerBound, count: range.count)
        .add(1 / Float(batches), times: part.gradient)
    }
    return means.map(\.plainData)
  }

  /// How active the channels of blobs are in forward passes over batches of the training data.
  ///
  /// - Parameters:
  ///   - blobs: their names
  ///   - batches: how many
  ///   - statistics: what BatchNorm layers divide by; their running statistics stay
  ///   - keepsPosition: whether the data that was used comes again in training
  public func activity(
    of blobs: Set<String>, batches: Int, statistics: Statistics, keepsPosition: Bool = false
  ) throws -> ChannelActivity {
    var activity = ChannelActivity()
    try beside(statistics, keepsPosition: keepsPosition) {
      for batch in 0..<batches {
        ranks.pass = (iteration, -1 - batch)
        try net.forward(observing: blobs, &activity)
      }
    }
    return try activity.ofAll(communicator)
  }

  /// Takes the running statistics of BatchNorm layers anew: their means over batches of the training data, with the
  /// present weights. Without batches they stay.
  ///
  /// - Parameters:
  ///   - batches: how many
  ///   - keepsPosition: whether the data that was used comes again in training
  public func reestimateStatistics(batches: Int, keepsPosition: Bool = false) throws {
    guard batches > 0 else { return }
    try beside(keepsPosition: keepsPosition) { layers in
      for layer in layers {
        for blob in layer.statistics { blob.mutableData.fill(0) }
        layer.averagesStatistics = true
      }
      defer { for layer in layers { layer.averagesStatistics = false } }
      for batch in 0..<batches {
        ranks.pass = (iteration, -1 - batch)
        try net.forward()
      }
    }
    try averageStatistics()
  }

  /// Runs `body` with BatchNorm layers that divide by `statistics`, and restores everything afterwards.
  private func beside<Result>(
    _ statistics: Statistics, keepsPosition: Bool, _ body: () throws -> Result
  ) throws -> Result {
    try beside(keepsPosition: keepsPosition) { layers in
      let blobs = layers.flatMap(\.statistics)
      let values = blobs.map(\.plainData)
      for layer in layers { layer.usesRunningStatistics = statistics == .running }
      defer {
        for layer in layers { layer.usesRunningStatistics = false }
        if statistics == .batch { for (blob, values) in zip(blobs, values) { blob.setPlainData(values) } }
      }
      return try body()
    }
  }

  /// Runs `body`, and restores the run's random numbers and, if asked, the position of its data afterwards.
  ///
  /// - Parameter body: gets the layers that take statistics of their batches
  private func beside<Result>(
    keepsPosition: Bool, _ body: (_ layers: [any StatisticsLayer]) throws -> Result
  ) throws -> Result {
    try averageStatistics()
    let numbers = random.snapshot
    let sources = keepsPosition ? net.layers.compactMap { $0.layer as? any PositionedLayer } : []
    let positions = sources.map(\.position)
    defer {
      random.snapshot = numbers
      for (source, position) in zip(sources, positions) { source.position = position }
    }
    return try body(net.layers.compactMap { $0.layer as? any StatisticsLayer }.filter { !$0.usesRunningStatistics })
  }
}
