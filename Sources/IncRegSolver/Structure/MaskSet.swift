import Engine

/// Which weights of a layer are held at zero: whole columns, per convolution group, and whole rows.
///
/// Built from the zeros of adopted weights and from the groups a method prunes; multiplies weights, gradients and
/// momentum.
public struct MaskSet: Equatable, Sendable {
  /// 1 for a weight that lives, 0 for one that is masked; (rows, columns). Empty while nothing is masked: the inner
  /// products of large nets hold most weights and are rarely pruned.
  private var factors: [Float] = []
  /// Whether a column is masked in a convolution group, at column * groups + group.
  public private(set) var columnMasked: [Bool]
  /// Whether a row is masked.
  public private(set) var rowMasked: [Bool]
  /// Masked columns, per convolution group.
  private var maskedShares = 0
  /// Masked columns, where each convolution group counts for its share.
  public var maskedColumns: Float { Float(maskedShares) / Float(groups) }
  /// Masked rows.
  public private(set) var maskedRows = 0

  private let columns: Int
  private let groups: Int

  /// Masks nothing.
  public init(_ space: GroupSpace) {
    columns = space.columns
    groups = space.convolutionGroups
    columnMasked = [Bool](repeating: false, count: space.columns * space.convolutionGroups)
    rowMasked = [Bool](repeating: false, count: space.rows)
  }

  /// Masks what is zero in `weights`: columns (per convolution group) and rows whose absolute sum is 0, as caffe_increg
  /// does when it copies weights into a net (layer.cpp, RestoreMasks), so that a pruned model stays pruned.
  public init(_ space: GroupSpace, zerosOf weights: FloatView) {
    self.init(space)
    let rowsPerGroup = max(1, space.rows / groups)
    var sums = [Float](repeating: 0, count: columns * groups)
    for row in 0..<space.rows {
      let group = min(row / rowsPerGroup, groups - 1)
      var sum: Float = 0
      for column in 0..<columns {
        let magnitude = abs(weights[row * columns + column])
        sums[column * groups + group] += magnitude
        sum += magnitude
      }
      if sum == 0 { mask(row: row) }
    }
    for column in 0..<columns {
      for group in 0..<groups where sums[column * groups + group] == 0 { mask(column: column, group: group) }
    }
  }

  /// Whether a column is masked in all convolution groups.
  public func isMasked(column: Int) -> Bool {
    columnMasked[column * groups..<(column + 1) * groups].allSatisfy { $0 }
  }

  /// Whether a column is masked in one convolution group.
  public func isMasked(column: Int, group: Int) -> Bool { columnMasked[column * groups + group] }

  /// Masks a column in one convolution group.
  public mutating func mask(column: Int, group: Int) {
    guard !columnMasked[column * groups + group] else { return }
    columnMasked[column * groups + group] = true
    maskedShares += 1
    let rowsPerGroup = rowMasked.count / groups
    allocate()
    for row in group * rowsPerGroup..<(group + 1) * rowsPerGroup { factors[row * columns + column] = 0 }
  }

  /// Masks a column in all convolution groups.
  public mutating func mask(column: Int) {
    for group in 0..<groups { mask(column: column, group: group) }
  }

  /// Lets a column grow again, in all convolution groups but where a row is masked.
  public mutating func unmask(column: Int) {
    for group in 0..<groups where columnMasked[column * groups + group] {
      columnMasked[column * groups + group] = false
      maskedShares -= 1
    }
    if !factors.isEmpty {
      for row in rowMasked.indices where !rowMasked[row] { factors[row * columns + column] = 1 }
    }
  }

  /// Masks a row.
  public mutating func mask(row: Int) {
    guard !rowMasked[row] else { return }
    rowMasked[row] = true
    maskedRows += 1
    allocate()
    for index in row * columns..<(row + 1) * columns { factors[index] = 0 }
  }

  private mutating func allocate() {
    if factors.isEmpty { factors = [Float](repeating: 1, count: rowMasked.count * columns) }
  }

  /// 1 for a weight that lives, 0 for one that is masked.
  public func factor(row: Int, column: Int) -> Float { factors.isEmpty ? 1 : factors[row * columns + column] }

  /// What is masked, by position in ``columnMasked`` and ``rowMasked``.
  struct Record: Codable, Equatable {
    var columns: [Int]
    var rows: [Int]
  }

  /// What is masked, for snapshots.
  var record: Record {
    Record(
      columns: columnMasked.indices.filter { columnMasked[$0] }, rows: rowMasked.indices.filter { rowMasked[$0] })
  }

  /// Masks what a snapshot says; nil where it does not fit.
  init?(_ space: GroupSpace, _ record: Record) {
    self.init(space)
    guard record.columns.allSatisfy(columnMasked.indices.contains), record.rows.allSatisfy(rowMasked.indices.contains)
    else { return nil }
    for row in record.rows { mask(row: row) }
    for index in record.columns { mask(column: index / groups, group: index % groups) }
  }

  /// The factors of all weights, (rows, columns).
  public var values: [Float] { factors.isEmpty ? [Float](repeating: 1, count: rowMasked.count * columns) : factors }

  /// Whether nothing is masked.
  public var isEmpty: Bool { maskedShares == 0 && maskedRows == 0 }

  /// Multiplies a blob of the weight's shape by the mask.
  public func apply(to blob: MutableFloatView) {
    factors.withUnsafeBufferPointer { mask in
      if let first = mask.baseAddress, mask.count > 0 { blob.multiply(by: FloatView(first, count: mask.count)) }
    }
  }
}
