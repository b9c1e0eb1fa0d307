import Engine

/// How important the groups of a layer are.
public protocol Importance: Sendable {
  /// Writes one score per group; the smaller, the sooner a group may go.
  func score(_ weights: FloatView, space: GroupSpace, into scores: inout [Float])
}

/// The sum of absolute weights of a group, over all rows of all convolution groups.
public struct L1Norm: Importance {
  /// Makes the norm.
  public init() {}

  /// Sums row by row, which is the order in which caffe_increg adds a column.
  public func score(_ weights: FloatView, space: GroupSpace, into scores: inout [Float]) {
    let columns = space.columns
    let pointer = weights.pointer
    scores.withUnsafeMutableBufferPointer { scores in
      guard let sums = scores.baseAddress else { return }
      for group in scores.indices { scores[group] = 0 }
      for row in 0..<space.rows {
        let line = pointer + row * columns
        switch space.kind {
        case .column:
          for column in 0..<columns { sums[column] += line[column].magnitude }
        case .row:
          for column in 0..<columns { scores[row] += abs(line[column]) }
        default:
          for column in 0..<columns { scores[space.group(row: row, column: column)] += abs(line[column]) }
        }
      }
    }
  }
}
