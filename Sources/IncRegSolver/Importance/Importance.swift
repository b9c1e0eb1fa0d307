import Engine

/// How important the groups of a layer are.
public protocol Importance: Sendable {
  /// Writes one score per group; the smaller, the sooner a group may go.
  func score(_ weights: FloatView, space: GroupSpace, into scores: inout [Float])

  /// Room for the sums that are these very scores, so that an update can take them on its way; nil where there are none.
  func sums(_ space: GroupSpace) -> GroupSums?
}

/// The sum of absolute weights of a group, over all rows of all convolution groups.
public struct L1Norm: Importance {
  /// Makes the norm.
  public init() {}

  /// Sums row by row, which is the order in which caffe_increg adds a column.
  public func score(_ weights: FloatView, space: GroupSpace, into scores: inout [Float]) {
    switch space.kind {
    case .row: weights.rowMagnitudes(into: &scores)
    // Positions are the columns of a matrix with a row for each channel of each filter; single weights are columns of a
    // matrix with one row.
    case .column, .position, .weight: weights.columnMagnitudes(into: &scores)
    case .channel:
      for group in scores.indices { scores[group] = 0 }
      for (index, weight) in weights.enumerated() {
        scores[index % space.columns / space.spatial] += weight.magnitude
      }
    }
  }

  /// Of rows and columns.
  public func sums(_ space: GroupSpace) -> GroupSums? {
    switch space.kind {
    case .row: GroupSums(.rows, rows: space.rows, columns: space.columns)
    case .column: GroupSums(.columns, rows: space.rows, columns: space.columns)
    case .position, .weight, .channel: nil
    }
  }
}
