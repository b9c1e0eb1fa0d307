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

  /// The ratios of a mask for a method that prunes groups of `space.kind`.
  public init(_ mask: MaskSet, space: GroupSpace) {
    columns = mask.maskedColumns / Float(space.columns)
    rows = Float(mask.maskedRows) / Float(space.rows)
    overall = columns + rows - columns * rows
    compared = space.kind == .row ? rows : columns
  }
}
