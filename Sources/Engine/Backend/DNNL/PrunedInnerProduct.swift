import CKernels

/// An inner product without training that leaves out inputs and outputs whose weights are all zero, found anew when the
/// weights have changed.
final class PrunedInnerProduct: InnerProductOperator {
  private let shape: InnerProductShape
  private let compact: CompactUse
  private let dense: DNNLInnerProduct
  private var seen: WeightState?
  private var product: Product?

  init(_ shape: InnerProductShape, _ compact: CompactUse) {
    (self.shape, self.compact) = (shape, compact)
    dense = DNNLInnerProduct(shape)
  }

  var plan: String {
    guard let product else { return dense.plan }
    return "compact, \(product.inputs.count) of \(shape.k) inputs, \(product.outputs.count) of \(shape.n) outputs"
  }

  func forward(bottom: Blob, weight: Blob, bias: Blob?, top: Blob) throws {
    let state = WeightState(weight)
    if state != seen {
      seen = state
      let (rows, columns) = shape.transposed ? (shape.k, shape.n) : (shape.n, shape.k)
      let live = LiveSlices(weight.data, groups: 1, columns: columns)
      // Each weight is read once, so leaving weights out saves their share of the time on any machine.
      product = compact.pays(live.share, againstWinograd: false) ? Product(shape, live, weight, rows: rows) : nil
    }
    guard let product else { return try dense.forward(bottom: bottom, weight: weight, bias: bias, top: top) }
    product.forward(bottom.data, bias?.data, top.mutableData)
  }

  func backwardBottom(top: Blob, weight: Blob, bottom: Blob) throws {
    try dense.backwardBottom(top: top, weight: weight, bottom: bottom)
  }

  func backwardWeight(bottom: Blob, top: Blob, rows: Range<Int>, into gradient: MutableFloatView, adds: Bool) {
    dense.backwardWeight(bottom: bottom, top: top, rows: rows, into: gradient, adds: adds)
  }

  func backwardBias(top: Blob, bias: Blob) { dense.backwardBias(top: top, bias: bias) }
}

/// The product of what lives, with its own copy of the weights.
private final class Product {
  let inputs: [Int32]
  let outputs: [Int32]
  private let shape: InnerProductShape
  private let weight: Blob
  private let bottom: Blob
  private let top: Blob

  init(_ shape: InnerProductShape, _ live: LiveSlices, _ weight: Blob, rows: Int) {
    self.shape = shape
    func places(_ flags: [UInt8]) -> [Int32] { flags.indices.filter { flags[$0] != 0 }.map(Int32.init) }
    let (liveRows, liveColumns) = (places(live.rows), places(live.columns))
    (outputs, inputs) = shape.transposed ? (liveColumns, liveRows) : (liveRows, liveColumns)
    self.weight = Blob(shape: [liveRows.count, liveColumns.count])
    bottom = Blob(shape: [shape.m, inputs.count])
    top = Blob(shape: [shape.m, outputs.count])
    ck_gather_matrix(
      weight.data.pointer, weight.count / max(1, rows), liveRows, liveRows.count, liveColumns, liveColumns.count,
      self.weight.mutableData.pointer)
  }

  func forward(_ x: FloatView, _ bias: FloatView?, _ y: MutableFloatView) {
    ck_gather_matrix(
      x.pointer, shape.k, nil, shape.m, inputs, inputs.count, bottom.mutableData.pointer)
    ck_inner_product_forward(
      shape.m, inputs.count, outputs.count, shape.transposed, bottom.data.pointer, weight.data.pointer, nil,
      top.mutableData.pointer)
    ck_scatter_columns(top.data.pointer, shape.m, outputs, outputs.count, y.pointer, shape.n)
    if let bias {
      ck_channel_affine(
        CK_CHANNELS_LAST, ck_shape(n: shape.m, c: shape.n, h: 1, w: 1), y.pointer, nil, bias.pointer, y.pointer)
    }
  }
}
