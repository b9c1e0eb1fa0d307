import Engine
import NetModel

@testable import IncRegSolver

/// A convolution of one filter whose groups are its weights, one column each.
func oneRowLayer(_ weights: [Float], ratio: Float) -> (PrunableLayer, Blob) {
  var layer = PrunableLayer(
    name: "conv", isConvolution: true, parameters: [0], shape: [1, weights.count, 1, 1],
    space: GroupSpace(.column, rows: 1, columns: weights.count), ratio: ratio, ratioStep: 0,
    takesFromNeighbours: true, multiplyAdds: 1)
  let blob = Blob(shape: layer.shape)
  blob.setPlainData(weights)
  layer.adoptZeros(of: blob.data)
  return (layer, blob)
}

extension MaskSet {
  /// 1 for a weight that lives, 0 for one that is masked; (rows, columns).
  var factors: [Float] {
    matrix.rows.indices.flatMap { row in (0..<matrix.width).map { matrix.factor(row: row, column: $0) } }
  }
}
