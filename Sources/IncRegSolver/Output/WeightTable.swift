import Engine
import Solver

/// The table of the first groups of a layer that caffe_increg prints now and then (layer.cpp, Print).
struct WeightTable {
  /// Iterations between two tables.
  static let interval = 10
  /// The layers that get one, by their place among the prunable ones.
  static let layers = 1...3
  /// Lines in a table.
  static let lines = 20

  /// What the second column shows.
  enum Content: String {
    /// Mean magnitudes of the weights, before they are masked.
    case weights = "WeightBeforeMasked"
    /// Mean magnitudes of the gradient, before it is masked.
    case gradients = "DiffBeforeMasked"
  }

  /// The lines of a table.
  static func lines(_ content: Content, _ layer: PrunableLayer, _ values: FloatView) -> [String] {
    let width = content.rawValue.count
    let byRow = layer.space.kind == .row
    let (rows, columns) = (layer.space.rows, layer.space.columns)
    var text = ["Index   \(content.rawValue)   Mask   HistoryReg - \(layer.name)"]
    for group in 0..<min(lines, byRow ? rows : columns) {
      var sum: Float = 0
      for member in 0..<(byRow ? columns : rows) {
        sum += abs(values[byRow ? group * columns + member : member * columns + group])
      }
      let mean = sum / Float(byRow ? columns : rows)
      let mask = layer.mask.matrix.factor(row: byRow ? group : 0, column: byRow ? 0 : group)
      let lambda = layer.state.lambda[layer.space.group(row: byRow ? group : 0, column: byRow ? 0 : group)]
      text.append(
        "\((byRow ? "r" : "c").right(3))\("\(group + 1)".right(2))   \(mean.logged.right(width))   "
          + "\(mask.logged.right(4))   \(lambda.logged.right(10))")
    }
    return text
  }
}
