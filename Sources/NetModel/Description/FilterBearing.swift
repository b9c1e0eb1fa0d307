/// A layer whose first parameter is a weight of filters, which pruning methods can take away.
public protocol FilterBearing: LayerDescription {
  /// The axis of the weight that counts the filters: 0, or 1 where the weight is transposed.
  var filterAxis: Int { get }

  /// Blocks of filters that read different channels; 1 where all read the same.
  func filterBlocks(_ bottom: [Shape]) -> Int
}
