/// A layer that reads the samples of a data set, batch after batch and over again.
public protocol SampledLayer: Layer {
  /// The samples there are; nil where the source does not know, or cannot be read.
  var samples: Int? { get }

  /// The samples of a batch.
  var batch: Int { get }
}
