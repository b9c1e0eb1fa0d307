/// How much of a layer is masked; all are fractions of 1.
public struct PrunedRatio: Equatable, Sendable {
  /// Of the columns.
  public var columns: Float = 0
  /// Of the rows.
  public var rows: Float = 0
  /// Of the weights: columns + rows - columns * rows.
  public var overall: Float = 0
  /// Of the groups that the method prunes, compared with the layer's target.
  public var compared: Float = 0

  /// Nothing is masked.
  public init() {}

  /// The ratios of so many masked rows and columns for a method that prunes groups of `space.kind`.
  public init(rows maskedRows: Int, columns maskedColumns: Float, space: GroupSpace) {
    columns = maskedColumns / Float(space.columns)
    rows = Float(maskedRows) / Float(space.rows)
    overall = columns + rows - columns * rows
    compared = space.kind == .row ? rows : columns
  }
}

/// Rows and columns that are counted more than once.
public struct TwiceCounted: Codable, Equatable, Sendable {
  /// Rows.
  public var rows = 0
  /// Columns, where each convolution group counts for its share.
  public var columns: Float = 0

  /// None.
  public init() {}
}

extension PrunableLayer {
  /// Whether as much is masked as `target` asks for. The ratio of all the groups that it asks for can be rounded to less
  /// than the target; caffe_increg then never finishes the layer, and so does the profile `reference` (Q11).
  func hasReached(_ target: Float, _ profile: PruneProfile) -> Bool {
    achieved.compared >= target || profile == .fixed && maskedGroups >= groups(at: target)
  }
}
