import Engine

extension TwinNets {
  /// Takes the running statistics of a normalisation of the pruned net anew, by what it reads of the first images of
  /// the data in both nets.
  func renewStatistics(ofLayer index: Int, images: Int) throws {
    guard let channels = statistics(ofLayer: index)?[0].count else { return }
    var (before, after) = (Sums(channels: channels), Sums(channels: channels))
    // A layer in place overwrites what it reads, so the run ends before it.
    try run(images: images, to: index - 1) { _, count in
      before.add(original.layers[index].sources[0], images: count)
      after.add(pruned.layers[index].sources[0], images: count)
    }
    renewStatistics(ofLayer: index, Array(0..<channels), from: before.moments, to: after.moments)
  }

  /// Changes the running statistics of a normalisation of the pruned net in the way in which the moments of its bottom
  /// have changed. Its top then has the mean and variance that it had before pruning.
  ///
  /// - Parameter channels: those that the moments are of
  func renewStatistics(
    ofLayer index: Int, _ channels: [Int], from before: ChannelMoments, to after: ChannelMoments
  ) {
    guard let statistics = statistics(ofLayer: index), case let weight = statistics[2].plainData[0], weight != 0
    else { return }
    var means = statistics[0].plainData.map { $0 / weight }
    var variances = statistics[1].plainData.map { $0 / weight }
    for (number, channel) in channels.enumerated() {
      // A channel that is gone, or that is a constant, has no variance; its statistics stay.
      guard before.variances[number] > 0, after.variances[number] > 0 else { continue }
      let growth = after.variances[number] / before.variances[number]
      let shift = before.means[number] - Double(means[channel])
      means[channel] = Float(after.means[number] - growth.squareRoot() * shift)
      variances[channel] = Float(Double(variances[channel]) * growth)
    }
    statistics[0].setPlainData(means)
    statistics[1].setPlainData(variances)
    statistics[2].setPlainData([1])
  }

  /// Running means, variances, and their weight.
  private func statistics(ofLayer index: Int) -> [Blob]? {
    let statistics = (pruned.layers[index].layer as? any StatisticsLayer)?.statistics
    return statistics?.count == 3 ? statistics : nil
  }
}

/// Sums over a normalisation's bottom by channel.
private struct Sums {
  private var values: [Double]
  private var squares: [Double]
  private var count = 0.0

  init(channels: Int) {
    values = Array(repeating: 0, count: channels)
    squares = values
  }

  mutating func add(_ blob: Blob, images: Int) {
    let (channels, area) = (values.count, blob.shape.count / max(1, blob.shape.dims[0] * values.count))
    blob.plainData.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      for plane in 0..<images * channels {
        let elements = FloatView(base + plane * area, count: area)
        values[plane % channels] += elements.reduce(0) { $0 + Double($1) }
        squares[plane % channels] += elements.squareSum
      }
    }
    count += Double(images * area)
  }

  var moments: ChannelMoments {
    let means = values.map { $0 / count }
    return ChannelMoments(means: means, variances: zip(squares, means).map { max(0, $0 / count - $1 * $1) })
  }
}
