/// How one layer's weight divides into groups that live or die together: index sets over a (rows, columns) matrix.
///
/// A convolution weight (N, C, kh, kw) is a matrix of N rows (filters) and C * kh * kw columns, C channels per
/// convolution group; an inner product (out, in) has one row per output. Channel c owns columns c * kh * kw and
/// following, position s of the kernel owns column c * kh * kw + s of every channel.
public struct GroupSpace: Hashable, Sendable {
  /// What a group is.
  public enum Kind: String, Hashable, Codable, Sendable {
    /// One column, through all rows of all convolution groups.
    case column
    /// One row: a filter, or an output unit.
    case row
    /// All columns of one input channel.
    case channel
    /// One kernel position, for all filters and channels.
    case position
    /// One weight.
    case weight
  }

  /// What a group is.
  public let kind: Kind
  /// Rows of the matrix.
  public let rows: Int
  /// Columns of the matrix.
  public let columns: Int
  /// Columns per channel, kh * kw; 1 for inner products.
  public let spatial: Int
  /// The convolution's groups: blocks of rows that read different channels. 1 for inner products.
  public let convolutionGroups: Int

  /// Makes a space; `columns` is a multiple of `spatial` and `rows` one of `convolutionGroups`.
  public init(_ kind: Kind, rows: Int, columns: Int, spatial: Int = 1, convolutionGroups: Int = 1) {
    self.kind = kind
    self.rows = rows
    self.columns = columns
    self.spatial = spatial
    self.convolutionGroups = convolutionGroups
  }

  /// The number of groups.
  public var count: Int {
    switch kind {
    case .column: columns
    case .row: rows
    case .channel: columns / spatial
    case .position: spatial
    case .weight: rows * columns
    }
  }

  /// The group of the weight at (`row`, `column`).
  public func group(row: Int, column: Int) -> Int {
    switch kind {
    case .column: column
    case .row: row
    case .channel: column / spatial
    case .position: column % spatial
    case .weight: row * columns + column
    }
  }

  /// The flat indices of a group's weights, ascending.
  public func indices(of group: Int) -> [Int] {
    let (rows, columns) = extents(of: group)
    return rows.flatMap { row in columns.map { row * self.columns + $0 } }
  }

  /// The rows and columns whose crossings make up a group.
  public func extents(of group: Int) -> (rows: Range<Int>, columns: [Int]) {
    switch kind {
    case .column: (0..<rows, [group])
    case .row: (group..<group + 1, Array(0..<columns))
    case .channel: (0..<rows, Array(group * spatial..<(group + 1) * spatial))
    case .position: (0..<rows, Array(stride(from: group, to: columns, by: spatial)))
    case .weight: (group / columns..<group / columns + 1, [group % columns])
    }
  }

  /// Channels that one convolution group reads.
  public var channels: Int { columns / spatial }
}
