import Base
import CKernels
import NetModel

/// Which columns and rows of a matrix of weights (groups * rows, columns) have some that are not zero. Each group of
/// rows has a list of columns, or each tile of a group's rows has one.
struct LiveSlices: Equatable {
  /// The most rows of a list.
  let tile: Int
  /// Whether tiles of a group have lists of their own.
  let isTiled: Bool
  private let lists: RowTiles
  /// 1 or 0, of every list's columns.
  private(set) var columns: [UInt8]
  /// 1 or 0.
  private(set) var rows: [UInt8]
  /// Whether a mask says no more than this: no weight in a live column and a live row is dead.
  private(set) var isExact = false

  private init(rows: Int, groups: Int, columns count: Int, tile: Int?) {
    self.tile = min(tile ?? .max, max(1, rows / groups))
    isTiled = self.tile * groups < rows
    lists = RowTiles(rows: rows, blocks: groups, height: self.tile)
    columns = [UInt8](repeating: 0, count: lists.count * count)
    self.rows = [UInt8](repeating: 0, count: rows)
  }

  /// What is not exactly zero.
  init(_ weights: FloatView, groups: Int, columns count: Int, tile: Int? = nil) {
    self.init(rows: weights.count / count, groups: groups, columns: count, tile: tile)
    ck_live_slices(groups, rows.count / groups, self.tile, count, weights.pointer, &columns, &rows)
  }

  /// What a mask lets stay.
  init(_ mask: FinalMask, tile: Int? = nil) {
    let matrix = mask.matrix
    self.init(rows: matrix.rows.count, groups: matrix.blocks, columns: matrix.width, tile: tile)
    rows = matrix.rows.map { $0 == 0 ? 0 : 1 }
    isExact = true
    for list in 0..<lists.count {
      let members = lists.rows(of: list).filter(matrix.keeps(row:))
      let block = lists.rows(of: list).lowerBound / max(1, rows.count / matrix.blocks)
      for column in 0..<matrix.width where matrix.keeps(column: column, block: block) {
        let kept = mask.elements.map { bits in members.count { bits.keeps($0 * matrix.width + column) } }
        columns[list * matrix.width + column] = kept == 0 ? 0 : 1
        isExact = isExact && [nil, 0, members.count].contains(kept)
      }
    }
  }

  /// Lists for groups, or for tiles where those leave less to compute.
  static func fewest(_ make: (_ tile: Int?) -> LiveSlices) -> LiveSlices {
    let (whole, tiled) = (make(nil), make(FinalMask.tileHeight))
    return tiled.share < whole.share ? tiled : whole
  }

  /// All of them, dead or alive.
  var weights: Int { columns.count / max(1, lists.count) * rows.count }

  var liveColumns: Int { columns.count { $0 != 0 } }
  var liveRows: Int { rows.count { $0 != 0 } }

  /// Whether something is dead.
  var hasDead: Bool { liveColumns < columns.count || liveRows < rows.count }

  /// The share of the weights that are computed with.
  var share: Double {
    let width = columns.count / max(1, lists.count)
    let live = (0..<lists.count).reduce(0) { sum, list in
      sum + columns[list * width..<(list + 1) * width].count { $0 != 0 } * rows[lists.rows(of: list)].count { $0 != 0 }
    }
    return Double(live) / Double(max(1, weights))
  }
}
