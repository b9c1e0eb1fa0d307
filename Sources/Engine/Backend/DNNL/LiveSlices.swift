import CKernels
import NetModel

/// Which columns and rows of a matrix of weights (groups * rows, columns) have some that are not zero.
struct LiveSlices: Equatable {
  let groups: Int
  /// 1 or 0, of every group's columns.
  private(set) var columns: [UInt8]
  /// 1 or 0.
  private(set) var rows: [UInt8]

  /// What is not exactly zero.
  init(_ weights: FloatView, groups: Int, columns count: Int) {
    self.groups = groups
    columns = [UInt8](repeating: 0, count: groups * count)
    rows = [UInt8](repeating: 0, count: weights.count / count)
    ck_live_slices(groups, rows.count / groups, count, weights.pointer, &columns, &rows)
  }

  /// What a mask lets stay.
  init(_ mask: MatrixMask) {
    groups = mask.blocks
    columns = mask.columns.map { $0 == 0 ? 0 : 1 }
    rows = mask.rows.map { $0 == 0 ? 0 : 1 }
  }

  var liveColumns: Int { columns.count { $0 != 0 } }
  var liveRows: Int { rows.count { $0 != 0 } }

  /// Whether something is dead.
  var hasDead: Bool { liveColumns < columns.count || liveRows < rows.count }

  /// The share of the weights that are computed with.
  var share: Double {
    let (width, height) = (columns.count / groups, rows.count / groups)
    let live = (0..<groups).reduce(0) { sum, group in
      sum + columns[group * width..<(group + 1) * width].count { $0 != 0 }
        * rows[group * height..<(group + 1) * height].count { $0 != 0 }
    }
    return Double(live) / Double(max(1, groups * width * height))
  }
}
