/// A layer that normalises by the statistics of its batches and keeps running sums of them for tests.
public protocol StatisticsLayer: Layer {
  /// The running sums, and the weight of what they sum.
  var statistics: [Blob] { get }

  /// Whether passes normalise by the running sums and leave them as they are. In a layer that never does anything else
  /// it stays true.
  var usesRunningStatistics: Bool { get set }

  /// Whether passes weight all batches alike in the running sums, so that these are of an average.
  var averagesStatistics: Bool { get set }
}
