import Engine
import NetModel
import Solver

/// strength * sum over convolutions of c * sum |G - I|, where M has a filter per row, the bias behind its weights, and
/// G is M M^T, or M^T M for the first convolution and those with as many filters as weights per filter, or more: the
/// smaller.
///
/// Source: EkdeepSLubana/OrthoReg. There the form of G and of c is listed net by net; this is the rule that gives VGG's
/// and ResNet's, and MobileNet's but for the c of depthwise convolutions.
struct OrthoPenalty: Sendable {
  let strength: Float

  /// Per parameter of the net the penalty's gradient.
  func gradients(_ layers: [PrunableLayer], _ values: (_ parameter: Int) -> Blob) -> [Int: Blob] {
    let convolutions = layers.filter(\.isConvolution)
    let shares = Self.shares(convolutions)
    var all: [Int: Blob] = [:]
    for (index, layer) in convolutions.enumerated() {
      let (rows, columns) = (layer.matrix.rows, layer.matrix.columns)
      let weight = values(layer.parameter).plainData
      let bias = layer.parameters.count > 1 ? values(layer.parameters[1]).plainData : nil
      let matrix =
        bias.map { bias in
          (0..<rows).flatMap { weight[$0 * columns..<($0 + 1) * columns] + [bias[$0]] }
        } ?? weight
      let width = columns + (bias == nil ? 0 : 1)
      var gradient = Self.gradient(
        matrix, rows: rows, columns: width, byColumns: Self.isByColumns(layer, isFirst: index == 0)
      ).values
      let factor = strength * shares[index]
      for place in gradient.indices { gradient[place] *= factor }
      if bias != nil {
        all[layer.parameters[1]] = Blob([rows], (0..<rows).map { gradient[$0 * width + columns] })
        gradient = (0..<rows).flatMap { gradient[$0 * width..<$0 * width + columns] }
      }
      all[layer.parameter] = Blob(layer.shape, gradient)
    }
    return all
  }

  private static func isByColumns(_ layer: PrunableLayer, isFirst: Bool) -> Bool {
    isFirst || layer.matrix.rows >= layer.matrix.columns
  }

  /// c: the root of the smaller side, of the first convolution that of its filters, divided by the sum of all.
  static func shares(_ layers: [PrunableLayer]) -> [Float] {
    let roots = layers.enumerated().map { index, layer in
      Double(index == 0 ? layer.matrix.rows : min(layer.matrix.rows, layer.matrix.columns)).squareRoot()
    }
    return roots.map { Float($0 / roots.reduce(0, +)) }
  }

  /// sum |G - I| of a matrix and its gradient, 2 sign(G - I) M or 2 M sign(G - I); the sign of 0 is 0.
  static func gradient(
    _ matrix: [Float], rows: Int, columns: Int, byColumns: Bool
  ) -> (value: Double, values: [Float]) {
    let (matrix, side) = (Blob([rows, columns], matrix), byColumns ? columns : rows)
    let products = Blob(shape: [side, side])
    products.mutableData.setProduct(
      matrix.data, turned: byColumns, matrix.data, turned: !byColumns, rows: side, columns: side,
      depth: byColumns ? rows : columns)
    var errors = products.plainData
    for place in 0..<side { errors[place * side + place] -= 1 }
    let signs = Blob([side, side], errors.map { $0 > 0 ? 2 : $0 < 0 ? -2 : 0 })
    let (left, right) = byColumns ? (matrix, signs) : (signs, matrix)
    let gradient = Blob(shape: [rows, columns])
    gradient.mutableData.setProduct(left.data, right.data, rows: rows, columns: columns, depth: side)
    return (errors.reduce(0) { $0 + Double($1.magnitude) }, gradient.plainData)
  }
}

extension Blob {
  fileprivate convenience init(_ shape: Shape, _ values: [Float]) {
    self.init(shape: shape)
    setPlainData(values)
  }
}

/// A gradient that was computed beforehand.
struct AddedGradient: GradientTerm {
  let values: Blob

  func add(_ weight: FloatView, to gradient: MutableFloatView) { gradient.add(1, times: values.data) }
}
