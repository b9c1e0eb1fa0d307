import Engine

/// Which weights of a layer are held at zero: whole columns, per convolution group, and whole rows.
///
/// Built from the zeros of adopted weights and from the groups a method prunes.
public struct MaskSet: Equatable, Sendable {
  /// What stays, for weights, gradients and momentum; the blocks are the convolution groups.
  public private(set) var matrix: MatrixMask
  /// Masked columns, per convolution group.
  private var maskedShares = 0
  /// Masked columns, where each convolution group counts for its share.
  public var maskedColumns: Float { Float(maskedShares) / Float(matrix.blocks) }
  /// Masked rows.
  public private(set) var maskedRows = 0

  /// Masks nothing.
  public init(_ space: GroupSpace) { matrix = space.wholeMatrix }

  /// Masks what is zero in `weights`: columns (per convolution group) and rows whose absolute sum is 0, as caffe_increg
  /// does when it copies weights into a net (layer.cpp, RestoreMasks), so that a pruned model stays pruned.
  public init(_ space: GroupSpace, zerosOf weights: FloatView) {
    self.init(space)
    var ofRows = [Float](repeating: 0, count: space.rows)
    weights.rowMagnitudes(into: &ofRows)
    for row in ofRows.indices where ofRows[row] == 0 { mask(row: row) }
    var ofColumns = [Float](repeating: 0, count: space.columns)
    let share = weights.count / matrix.blocks
    for group in 0..<matrix.blocks {
      weights.part(group * share, count: share).columnMagnitudes(into: &ofColumns)
      for column in ofColumns.indices where ofColumns[column] == 0 { mask(column: column, group: group) }
    }
  }

  /// Whether a row is masked.
  public func isMasked(row: Int) -> Bool { !matrix.keeps(row: row) }

  /// Whether a column is masked in all convolution groups.
  public func isMasked(column: Int) -> Bool {
    (0..<matrix.blocks).allSatisfy { isMasked(column: column, group: $0) }
  }

  /// Whether a column is masked in one convolution group.
  public func isMasked(column: Int, group: Int) -> Bool { !matrix.keeps(column: column, block: group) }

  /// Masks a column in one convolution group.
  public mutating func mask(column: Int, group: Int) {
    guard !isMasked(column: column, group: group) else { return }
    matrix.set(column: column, block: group, stays: false)
    maskedShares += 1
  }

  /// Masks a column in all convolution groups.
  public mutating func mask(column: Int) {
    for group in 0..<matrix.blocks { mask(column: column, group: group) }
  }

  /// Lets a column grow again, in all convolution groups but where a row is masked.
  public mutating func unmask(column: Int) {
    for group in 0..<matrix.blocks where isMasked(column: column, group: group) {
      matrix.set(column: column, block: group, stays: true)
      maskedShares -= 1
    }
  }

  /// Masks a row.
  public mutating func mask(row: Int) {
    guard !isMasked(row: row) else { return }
    matrix.set(row: row, stays: false)
    maskedRows += 1
  }

  /// What is masked: rows, and columns as column * groups + group.
  struct Record: Codable, Equatable {
    var columns: [Int]
    var rows: [Int]
  }

  /// What is masked, for snapshots.
  var record: Record {
    let groups = matrix.blocks
    return Record(
      columns: matrix.columns.indices.filter { isMasked(column: $0 / groups, group: $0 % groups) },
      rows: matrix.rows.indices.filter { isMasked(row: $0) })
  }

  /// Masks what a snapshot says; nil where it does not fit.
  init?(_ space: GroupSpace, _ record: Record) {
    self.init(space)
    guard record.columns.allSatisfy(matrix.columns.indices.contains),
      record.rows.allSatisfy(matrix.rows.indices.contains)
    else { return nil }
    for row in record.rows { mask(row: row) }
    for index in record.columns { mask(column: index / matrix.blocks, group: index % matrix.blocks) }
  }

  /// Whether nothing is masked.
  public var isEmpty: Bool { maskedShares == 0 && maskedRows == 0 }

  /// Multiplies the elements of a blob of the weight's shape by the mask.
  public func apply(toDataOf blob: Blob) {
    if !isEmpty { matrix.apply(toDataOf: blob) }
  }

  /// Multiplies its gradient by the mask.
  public func apply(toDiffOf blob: Blob) {
    if !isEmpty { matrix.apply(toDiffOf: blob) }
  }
}

extension GroupSpace {
  /// A mask of nothing.
  var wholeMatrix: MatrixMask { MatrixMask(rows: rows, columns: columns, blocks: convolutionGroups) }
}
