/// A rectangle of kernel positions.
///
/// Source: caffe_increg, its branch for spatial pruning: what survives in a kernel becomes the rectangle that is most like
/// it, so that a smaller kernel can take its place.
public struct KernelRectangle: Equatable, Sendable {
  /// The rows of the kernel.
  public var rows: ClosedRange<Int>
  /// The columns of the kernel.
  public var columns: ClosedRange<Int>

  /// The rectangle that differs in the fewest positions from `alive`; of several the first by upper row, left column,
  /// lower row, right column.
  ///
  /// - Parameters:
  ///   - alive: per position, row by row, whether it survives; not empty
  ///   - width: the columns of the kernel
  public init(nearestTo alive: [Bool], width: Int) {
    let height = alive.count / width
    let survivors = alive.count { $0 }
    self.init(rows: 0...0, columns: 0...0)
    var least = Int.max
    for top in 0..<height {
      for left in 0..<width {
        for bottom in top..<height {
          for right in left..<width {
            let candidate = KernelRectangle(rows: top...bottom, columns: left...right)
            let inside = candidate.positions(width: width)
            // What is inside and dead, and what is alive and outside.
            let distance = inside.count + survivors - 2 * inside.count { alive[$0] }
            if distance < least { (self, least) = (candidate, distance) }
          }
        }
      }
    }
  }

  /// Makes a rectangle.
  init(rows: ClosedRange<Int>, columns: ClosedRange<Int>) {
    self.rows = rows
    self.columns = columns
  }

  /// Its positions in a kernel of `width` columns, ascending.
  public func positions(width: Int) -> [Int] { rows.flatMap { row in columns.map { row * width + $0 } } }
}
