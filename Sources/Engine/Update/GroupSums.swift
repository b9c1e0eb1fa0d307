import CKernels

/// The sums of magnitudes of a weight's rows or columns, added up while an update writes the weight: what a pruning method
/// ranks by costs no further pass over memory then.
public final class GroupSums {
  /// What is summed over.
  public enum Axis: Sendable {
    /// One sum per row, added as ``FloatView/rowMagnitudes(into:)`` does.
    case rows
    /// One sum per column, added as ``FloatView/columnMagnitudes(into:)`` does.
    case columns
  }

  /// What is summed over.
  public let axis: Axis
  let rows: Int
  let columns: Int
  private var sums: [Float]
  private var isNew = false
  private var version: Int?

  /// Room for the sums of a matrix.
  public init(_ axis: Axis, rows: Int, columns: Int) {
    self.axis = axis
    self.rows = rows
    self.columns = columns
    let room = axis == .rows ? rows : columns * ck_column_parts(rows, columns)
    sums = [Float](repeating: 0, count: room)
  }

  /// Whether the sums can be taken of a weight that lies in tiles, too: those down the columns of a small one cannot, as its
  /// rows are all added in their order.
  public var takesTiles: Bool { axis == .rows || ck_column_parts(rows, columns) == FilterTiles.side }

  /// The sums of the data that `weight` holds now: as an update has taken them, or taken now.
  public func of(_ weight: Blob) -> ArraySlice<Float> {
    if version != weight.dataVersion {
      let tiles = takesTiles ? weight.dataTiles.flatMap { $0.holdsOnlyLive ? nil : $0 } : nil
      let values = weight.data(in: tiles)
      precondition(values.count == rows * columns, "\(values.count) floats for \(rows) x \(columns)")
      take { values.sumMagnitudes(axis, rows, columns, tiles, into: $0) }
      updated(weight)
    }
    return sums[0..<(axis == .rows ? rows : columns)]
  }

  /// Notes that `weight` has been updated: by a rule that took the sums, or by one that did not.
  public func updated(_ weight: Blob) {
    version = isNew ? weight.dataVersion : nil
    isNew = false
  }

  func take(_ body: (UnsafeMutablePointer<Float>?) -> Void) {
    sums.withUnsafeMutableBufferPointer { body($0.baseAddress) }
    isNew = true
  }
}

extension FloatView {
  fileprivate func sumMagnitudes(
    _ axis: GroupSums.Axis, _ rows: Int, _ columns: Int, _ tiles: FilterTiles?, into sums: UnsafeMutablePointer<Float>?
  ) {
    switch (axis, tiles?.whole?.kernel) {
    case (.rows, nil): ck_row_magnitudes(rows, columns, pointer, sums, nil, nil)
    case (.columns, nil): ck_column_magnitudes(rows, columns, pointer, sums)
    case (.rows, let tiles?): ck_tiled_row_magnitudes(tiles, pointer, sums)
    case (.columns, let tiles?): ck_tiled_column_magnitudes(tiles, pointer, sums)
    }
  }
}
