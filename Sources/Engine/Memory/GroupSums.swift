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

  /// The sums; they mean something where ``areOf(_:)`` says so.
  public var values: ArraySlice<Float> { sums[0..<(axis == .rows ? rows : columns)] }

  /// Whether the sums are of the data that `weight` holds now.
  public func areOf(_ weight: Blob) -> Bool { version == weight.dataVersion }

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
