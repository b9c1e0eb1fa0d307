import Engine
import Pruning

/// Which weights of a layer are held at zero: whole columns, per convolution group, whole rows, and single weights.
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
  /// What stays of single weights; nil where none is masked for itself.
  public private(set) var elements: ElementMask?
  /// Weights that are masked for themselves.
  public var maskedElements: Int { elements.map { $0.count - $0.kept } ?? 0 }

  /// Masks nothing.
  public init(_ weight: WeightMatrix) { matrix = weight.whole }

  /// Masks what is zero in `weights`: columns (per convolution group) and rows whose absolute sum is 0, as caffe_increg
  /// does when it copies weights into a net (layer.cpp, RestoreMasks), so that a pruned model stays pruned.
  public init(_ weight: WeightMatrix, zerosOf weights: FloatView) {
    self.init(weight)
    var ofRows = [Float](repeating: 0, count: weight.rows)
    weights.rowMagnitudes(into: &ofRows)
    for row in ofRows.indices where ofRows[row] == 0 { mask(row: row) }
    var ofColumns = [Float](repeating: 0, count: weight.columns)
    let share = weights.count / matrix.blocks
    for block in 0..<matrix.blocks {
      weights.part(block * share, count: share).columnMagnitudes(into: &ofColumns)
      for column in ofColumns.indices where ofColumns[column] == 0 { mask(column: column, block: block) }
    }
  }

  /// Whether a row is masked.
  public func isMasked(row: Int) -> Bool { !matrix.keeps(row: row) }

  /// Whether a column is masked in all convolution groups.
  public func isMasked(column: Int) -> Bool {
    (0..<matrix.blocks).allSatisfy { isMasked(column: column, block: $0) }
  }

  /// Whether a column is masked in one convolution group.
  public func isMasked(column: Int, block: Int) -> Bool { !matrix.keeps(column: column, block: block) }

  /// Masks a column in one convolution group.
  public mutating func mask(column: Int, block: Int) {
    guard !isMasked(column: column, block: block) else { return }
    matrix.set(column: column, block: block, stays: false)
    maskedShares += 1
  }

  /// Lets a column of a convolution group grow again, but where a row is masked.
  public mutating func unmask(column: Int, block: Int) {
    guard isMasked(column: column, block: block) else { return }
    matrix.set(column: column, block: block, stays: true)
    maskedShares -= 1
  }

  /// Masks a row.
  public mutating func mask(row: Int) {
    guard !isMasked(row: row) else { return }
    matrix.set(row: row, stays: false)
    maskedRows += 1
  }

  /// Lets a row grow again, but where a column is masked.
  public mutating func unmask(row: Int) {
    guard isMasked(row: row) else { return }
    matrix.set(row: row, stays: true)
    maskedRows -= 1
  }

  /// Whether an element is masked, for itself or with its row or column.
  public func isMasked(element: Int) -> Bool {
    matrix.factor(row: element / matrix.width, column: element % matrix.width) == 0
      || elements.map { !$0.keeps(element) } ?? false
  }

  /// Masks elements, or lets them grow again, but where their rows or columns are masked.
  public mutating func set(_ places: some Sequence<Int>, isMasked: Bool) {
    var mask = elements ?? ElementMask(count: matrix.rows.count * matrix.width)
    // The mask is changed while nothing else refers to it, so that it is not copied.
    elements = nil
    for place in places { mask.set(place, stays: !isMasked) }
    elements = mask
  }

  /// Masks every column of a tile of `height` rows that is zero.
  public mutating func maskTiles(_ weight: WeightMatrix, _ height: Int, zerosOf weights: FloatView) {
    guard height > 1 else { return elements = ElementMask(nonzeros: weights) }
    var sums = [Float](repeating: 0, count: weight.columns)
    var mask = ElementMask(count: weights.count)
    let tiles = weight.tiles(height)
    for tile in 0..<tiles.count {
      let rows = tiles.rows(of: tile)
      weights.part(rows.lowerBound * weight.columns, count: rows.count * weight.columns).columnMagnitudes(into: &sums)
      for column in sums.indices where sums[column] == 0 {
        for row in rows { mask.set(row * weight.columns + column, stays: false) }
      }
    }
    elements = mask
  }

  /// Whether no row or column is masked.
  public var keepsAllSlices: Bool { maskedShares == 0 && maskedRows == 0 }
  /// Whether nothing is masked.
  public var isEmpty: Bool { keepsAllSlices && maskedElements == 0 }

  /// Multiplies the elements of a blob of the weight's shape by the mask.
  public func apply(toDataOf blob: Blob) {
    if !keepsAllSlices { matrix.apply(toDataOf: blob) }
    elements?.apply(to: blob.mutableData)
  }

  /// Multiplies its gradient by the mask.
  public func apply(toDiffOf blob: Blob) {
    if !keepsAllSlices { matrix.apply(toDiffOf: blob) }
    elements?.apply(to: blob.mutableDiff)
  }
}

/// What is masked, for snapshots.
extension MaskSet {
  /// Rows, columns as column * groups + group, and the bits of single weights that stay.
  struct Record: Codable, Equatable {
    var columns: [Int]
    var rows: [Int]
    var elements: [UInt64]?
  }

  /// What is masked.
  var record: Record {
    let blocks = matrix.blocks
    return Record(
      columns: matrix.columns.indices.filter { isMasked(column: $0 / blocks, block: $0 % blocks) },
      rows: matrix.rows.indices.filter { isMasked(row: $0) }, elements: elements?.words)
  }

  /// Masks what a snapshot says; nil where it does not fit.
  init?(_ weight: WeightMatrix, _ record: Record) {
    self.init(weight)
    guard record.columns.allSatisfy(matrix.columns.indices.contains),
      record.rows.allSatisfy(matrix.rows.indices.contains)
    else { return nil }
    if let words = record.elements {
      guard let elements = ElementMask(count: weight.rows * weight.columns, words: words) else { return nil }
      self.elements = elements
    }
    for row in record.rows { mask(row: row) }
    for index in record.columns { mask(column: index / matrix.blocks, block: index % matrix.blocks) }
  }
}
