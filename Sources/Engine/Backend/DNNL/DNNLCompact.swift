import CKernels
import NetModel

/// A convolution of the columns and rows that live, by our own kernels. What is dead is fixed; live weights may change.
///
/// In training weights, gradients and momentum lie packed, if a mask holds nothing else at zero and packed weights take
/// no more room than all of them. Else the packed weights are a copy.
final class DNNLCompact: ConvolutionOperator {
  let live: LiveSlices
  /// How weights lie that are trained; nil where they stay as they are.
  let tiles: FilterTiles?
  private let engine: DNNLEngine
  private let shape: ConvolutionShape
  private let filters: LiveFilters
  private var copy = PackedWeights()

  /// - Parameter widest: the vectors that may be used
  init(
    _ shape: ConvolutionShape, _ live: LiveSlices, widest: ck_vectors = CK_VECTORS_512, _ engine: DNNLEngine
  ) throws(BackendError) {
    (self.shape, self.live, self.engine) = (shape, live, engine)
    var spec = shape.kernelSpec(.init())
    let plan = try DNNLEngine.make(shape.name) {
      ck_compact_create(engine.handle, &spec, live.tile, live.columns, live.rows, widest, $0)
    }
    filters = LiveFilters(live, plan)
    tiles = shape.training && live.isExact && filters.count <= live.weights ? FilterTiles(filters) : nil
  }

  var plan: String {
    let rows = live.liveRows < live.rows.count ? ", \(live.liveRows) of \(live.rows.count) rows" : ""
    let unit = live.isTiled ? "columns of tiles" : "columns"
    return "compact, \(live.liveColumns) of \(live.columns.count) \(unit)" + rows
  }

  func forward(bottom: Blob, weight: Blob, bias: Blob?, top: Blob) throws {
    let weights = packed(weight)
    try run {
      ck_compact_forward(
        filters.plan, bottom.data.pointer, weights, bias?.data.pointer, top.mutableData.pointer, $0)
    }
  }

  func backwardBottom(top: Blob, weight: Blob, bottom: Blob) throws {
    let weights = packed(weight)
    try run {
      ck_compact_backward_data(filters.plan, top.diff.pointer, weights, bottom.mutableDiff.pointer, $0)
    }
  }

  func backwardParameters(bottom: Blob, top: Blob, weight: Blob?, bias: Blob?) throws {
    if let bias {
      ck_channel_sums(ck_layout(shape.topLayout), ck_shape(shape.top), top.diff.pointer, nil, bias.mutableDiff.pointer)
    }
    guard let weight else { return }
    let (diff, startsAtZero) = weight.addingDiff(in: tiles)
    try run {
      ck_compact_backward_weights(
        filters.plan, bottom.data.pointer, top.diff.pointer, diff.pointer, tiles != nil, !startsAtZero, $0)
    }
  }

  private func packed(_ weight: Blob) -> UnsafePointer<Float> {
    if let tiles { return weight.data(in: tiles).pointer }
    return copy.values(of: weight, count: filters.count, pack: filters.pack)
  }

  private func run(_ body: (UnsafeMutablePointer<ck_error>) -> Int32) throws(BackendError) {
    try DNNLEngine.run(shape.name, body)
  }
}
