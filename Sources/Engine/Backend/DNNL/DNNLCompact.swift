import CKernels
import NetModel

/// A convolution of the columns and rows that live, by our own kernels. What is dead is fixed; live weights may change.
final class DNNLCompact: ConvolutionOperator {
  let live: LiveSlices
  private let engine: DNNLEngine
  private let shape: ConvolutionShape
  private let handle: OpaquePointer
  private var packed: WeightState?

  /// - Parameter widest: the vectors that may be used
  init(
    _ shape: ConvolutionShape, _ live: LiveSlices, widest: ck_vectors = CK_VECTORS_512, _ engine: DNNLEngine
  ) throws(BackendError) {
    (self.shape, self.live, self.engine) = (shape, live, engine)
    var spec = shape.kernelSpec(.init())
    handle = try DNNLEngine.make(shape.name) {
      ck_compact_create(engine.handle, &spec, live.tile, live.columns, live.rows, widest, $0)
    }
  }

  deinit { ck_compact_free(handle) }

  var plan: String {
    let rows = live.liveRows < live.rows.count ? ", \(live.liveRows) of \(live.rows.count) rows" : ""
    let unit = live.isTiled ? "columns of tiles" : "columns"
    return "compact, \(live.liveColumns) of \(live.columns.count) \(unit)" + rows
  }

  func forward(bottom: Blob, weight: Blob, bias: Blob?, top: Blob) throws {
    pack(weight)
    try run { ck_compact_forward(handle, bottom.data.pointer, bias?.data.pointer, top.mutableData.pointer, $0) }
  }

  func backwardBottom(top: Blob, weight: Blob, bottom: Blob) throws {
    pack(weight)
    try run { ck_compact_backward_data(handle, top.diff.pointer, bottom.mutableDiff.pointer, $0) }
  }

  func backwardParameters(bottom: Blob, top: Blob, weight: Blob?, bias: Blob?) throws {
    if let bias {
      ck_channel_sums(ck_layout(shape.topLayout), ck_shape(shape.top), top.diff.pointer, nil, bias.mutableDiff.pointer)
    }
    guard let weight else { return }
    let (diff, startsAtZero) = weight.addingDiff()
    try run {
      ck_compact_backward_weights(
        handle, bottom.data.pointer, top.diff.pointer, diff.pointer, !startsAtZero, $0)
    }
  }

  private func pack(_ weight: Blob) {
    let state = WeightState(weight)
    guard state != packed else { return }
    weight.readingPlain { ck_compact_pack(handle, $0.pointer) }
    packed = state
  }

  private func run(_ body: (UnsafeMutablePointer<ck_error>) -> Int32) throws(BackendError) {
    try DNNLEngine.run(shape.name, body)
  }
}
