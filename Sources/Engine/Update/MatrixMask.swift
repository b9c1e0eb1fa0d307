import CKernels

/// Which elements of a (rows, columns) matrix stay: those whose row stays and whose column does, for which every block of
/// rows has its own line.
public struct MatrixMask: Hashable, Sendable {
  /// 1 for a row that stays, 0 for one that does not.
  public private(set) var rows: [Float]
  /// The same for columns, at block * columns + column.
  public private(set) var columns: [Float]
  /// The number of columns.
  public let width: Int
  /// The number of equal blocks that the rows come in.
  public let blocks: Int

  /// All elements stay; `rows` is a multiple of `blocks`.
  public init(rows: Int, columns: Int, blocks: Int = 1) {
    precondition(blocks >= 1 && rows % blocks == 0, "\(rows) rows in \(blocks) blocks")
    self.rows = [Float](repeating: 1, count: rows)
    self.columns = [Float](repeating: 1, count: columns * blocks)
    width = columns
    self.blocks = blocks
  }

  /// Whether a row stays.
  public func keeps(row: Int) -> Bool { rows[row] != 0 }

  /// Whether a column stays in a block.
  public func keeps(column: Int, block: Int) -> Bool { columns[block * width + column] != 0 }

  /// Lets a row stay or go.
  public mutating func set(row: Int, stays: Bool) { rows[row] = stays ? 1 : 0 }

  /// Lets a column of a block stay or go.
  public mutating func set(column: Int, block: Int, stays: Bool) { columns[block * width + column] = stays ? 1 : 0 }

  /// 1 for an element that stays, 0 for one that does not.
  public func factor(row: Int, column: Int) -> Float { rows[row] * columns[row / rowsPerBlock * width + column] }

  /// Sets the elements that do not stay to zero.
  public func apply(to values: MutableFloatView) {
    precondition(values.count == rows.count * width, "\(values.count) floats for \(rows.count) x \(width)")
    guard values.count > 0 else { return }
    withKernel { ck_multiply_matrix(matrix, $0, values.count, values.pointer) }
  }

  private var rowsPerBlock: Int { max(1, rows.count / blocks) }

  var matrix: ck_matrix { ck_matrix(columns: width, rows_per_block: rowsPerBlock) }

  func withKernel(_ body: (ck_factors) -> Void) {
    rows.withUnsafeBufferPointer { rows in
      columns.withUnsafeBufferPointer { body(ck_factors(rows: rows.baseAddress, columns: $0.baseAddress)) }
    }
  }
}
