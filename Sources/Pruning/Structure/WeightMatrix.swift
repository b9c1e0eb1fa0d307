import Base
import Engine
import NetModel

/// A weight as a matrix: its first axis gives the rows, all others the columns.
///
/// A convolution's weight (N, C, kh, kw) has N rows, the filters, and C * kh * kw columns, C channels per block of a
/// group convolution. An inner product's (out, in) has a row per output. Channel c owns the columns from c * kh * kw
/// on.
public struct WeightMatrix: Hashable, Sendable {
  /// Rows of the matrix.
  public let rows: Int
  /// Columns of the matrix.
  public let columns: Int
  /// Columns per channel, kh * kw; 1 for inner products.
  public let spatial: Int
  /// Columns of a kernel, kw.
  public let kernelWidth: Int
  /// Blocks of rows that read different channels, of a group convolution; else 1.
  public let blocks: Int

  /// Makes a matrix; `columns` is a multiple of `spatial`, and `rows` of `blocks`.
  public init(rows: Int, columns: Int, spatial: Int = 1, kernelWidth: Int? = nil, blocks: Int = 1) {
    (self.rows, self.columns, self.spatial, self.blocks) = (rows, columns, spatial, blocks)
    self.kernelWidth = kernelWidth ?? spatial
  }

  /// The matrix of a weight of `shape` that has at least one axis.
  public init(_ shape: Shape, blocks: Int = 1) {
    self.init(
      rows: shape[0], columns: shape.count / max(1, shape[0]), spatial: shape.count(from: min(2, shape.rank)),
      kernelWidth: shape.rank > 3 ? shape[shape.rank - 1] : nil, blocks: blocks)
  }

  /// Channels that one block of rows reads.
  public var channels: Int { columns / spatial }

  /// The block in which a row lies.
  public func block(ofRow row: Int) -> Int { row / max(1, rows / blocks) }

  /// The tiles of at most `height` rows; none reaches over the end of a block.
  public func tiles(_ height: Int) -> RowTiles { RowTiles(rows: rows, blocks: blocks, height: height) }

  /// A mask under which everything stays.
  public var whole: MatrixMask { MatrixMask(rows: rows, columns: columns, blocks: blocks) }
}
