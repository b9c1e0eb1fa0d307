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
      let width = columns + (bias == nil ? 0 : 1)
      var matrix: [Float] = []
      matrix.reserveCapacity(rows * width)
      for row in 0..<rows {
        matrix += weight[row * columns..<(row + 1) * columns]
        if let bias { matrix.append(bias[row]) }
      }
      let gradient = Self.gradient(
        matrix, rows: rows, columns: width, byColumns: Self.isByColumns(layer, isFirst: index == 0))
      let factor = strength * shares[index]
      all[layer.parameter] = Blob(
        layer.shape,
        (0..<rows * columns).map {
          factor * gradient.values[$0 / columns * width + $0 % columns]
        })
      if bias != nil {
        all[layer.parameters[1]] = Blob([rows], (0..<rows).map { factor * gradient.values[$0 * width + columns] })
      }
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
    guard !byColumns else {
      let (value, turned) = gradient(matrix.turned(rows, columns), rows: columns, columns: rows, byColumns: false)
      return (value, turned.turned(columns, rows))
    }
    let vectors = (0..<rows).map { Blob([columns], Array(matrix[$0 * columns..<($0 + 1) * columns])) }
    var results = (0..<rows).map { _ in (value: 0.0, gradient: Blob(shape: [columns])) }
    results.forEachConcurrently { result, row in
      for other in 0..<rows {
        let error = vectors[row].data.dot(vectors[other].data) - (other == row ? 1 : 0)
        result.value += error.magnitude
        if error != 0 { result.gradient.mutableData.add(error > 0 ? 2 : -2, times: vectors[other].data) }
      }
    }
    return (results.reduce(0) { $0 + $1.value }, results.flatMap { $0.gradient.plainData })
  }
}

extension Blob {
  fileprivate convenience init(_ shape: Shape, _ values: [Float]) {
    self.init(shape: shape)
    setPlainData(values)
  }
}

extension [Float] {
  /// A row-major matrix with its axes exchanged.
  fileprivate func turned(_ rows: Int, _ columns: Int) -> [Float] {
    (0..<count).map { self[$0 % rows * columns + $0 / rows] }
  }
}

/// A gradient that was computed beforehand.
struct AddedGradient: GradientTerm {
  let values: Blob

  func add(_ weight: FloatView, to gradient: MutableFloatView) { gradient.add(1, times: values.data) }
}
