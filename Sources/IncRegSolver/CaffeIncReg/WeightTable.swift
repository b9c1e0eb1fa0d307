import Base
import Engine

/// The table of the first groups of a layer that caffe_increg prints now and then (layer.cpp, Print).
struct WeightTable {
  /// What the second column shows.
  enum Content: String {
    /// Mean magnitudes of the weights, before they are masked.
    case weights = "WeightBeforeMasked"
    /// Mean magnitudes of the gradient, before it is masked.
    case gradients = "DiffBeforeMasked"
  }

  private let layer: PrunableLayer
  private let byRow: Bool
  /// Per line: the mask and the penalty of the first weight of a row or column.
  private let status: [(mask: Float, penalty: Float)]

  /// Iterations between two tables.
  private static let interval = 10
  /// The layers that get one, by their place among the prunable ones.
  private static let layers = 1...3
  /// Lines in a table.
  private static let lines = 20

  /// Whether a layer's table is due.
  static func isDue(_ index: Int, iteration: Int) -> Bool {
    layers.contains(index) && (iteration + 1) % interval == 0
  }

  /// A table of masks and penalties as they are now.
  ///
  /// - Parameter penalty: of the group in which a weight lies
  init(_ layer: PrunableLayer, byRow: Bool, penalty: (_ row: Int, _ column: Int) -> Float) {
    (self.layer, self.byRow) = (layer, byRow)
    let count = byRow ? layer.matrix.rows : layer.matrix.columns
    status = (0..<min(Self.lines, count)).map { group in
      let (row, column) = byRow ? (group, 0) : (0, group)
      return (layer.mask.isMasked(element: row * layer.matrix.columns + column) ? 0 : 1, penalty(row, column))
    }
  }

  /// The lines for weights or gradients.
  func lines(_ content: Content, _ values: FloatView) -> [String] {
    let width = content.rawValue.count
    let (rows, columns) = (layer.matrix.rows, layer.matrix.columns)
    let members = byRow ? columns : rows
    var text = ["Index   \(content.rawValue)   Mask   HistoryReg - \(layer.name)"]
    for (group, status) in status.enumerated() {
      var sum: Float = 0
      for member in 0..<members {
        sum += abs(values[byRow ? group * columns + member : member * columns + group])
      }
      text.append(
        "\((byRow ? "r" : "c").right(3))\("\(group + 1)".right(2))   \((sum / Float(members)).logged.right(width))   "
          + "\(status.mask.logged.right(4))   \(status.penalty.logged.right(10))")
    }
    return text
  }
}

extension String {
  /// At least `width` wide, filled with spaces on the left.
  fileprivate func right(_ width: Int) -> String {
    String(repeating: " ", count: Swift.max(0, width - count)) + self
  }
}
