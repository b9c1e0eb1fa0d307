import CKernels

/// A pooling over oneDNN, or over loops where Caffe's rule for windows at the edge is not oneDNN's.
final class DNNLPooling: PoolingOperator {
  private let engine: DNNLEngine
  private let shape: PoolingShape
  private let plan: OpaquePointer
  /// The bottom of the last forward pass, which positions are looked up in.
  private var bottom: Blob?

  init(_ shape: PoolingShape, _ engine: DNNLEngine) throws(BackendError) {
    self.engine = engine
    self.shape = shape
    var spec = ck_pooling_spec()
    spec.source = ck_shape(shape.bottom)
    (spec.output_h, spec.output_w) = (shape.top[2], shape.top[3])
    (spec.kernel_h, spec.kernel_w) = (shape.kernel.height, shape.kernel.width)
    (spec.pad_h, spec.pad_w) = (shape.pad.height, shape.pad.width)
    (spec.stride_h, spec.stride_w) = (shape.stride.height, shape.stride.width)
    spec.average = shape.method == .average
    spec.layout = ck_layout(shape.layout)
    spec.training = shape.training
    plan = try DNNLEngine.make("pooling of \(shape.bottom)") { ck_pooling_create(engine.handle, &spec, $0) }
  }

  deinit { ck_pooling_free(plan) }

  func forward(bottom: Blob, top: Blob) throws {
    self.bottom = bottom
    try DNNLEngine.run("pooling of \(shape.bottom)") {
      ck_pooling_forward(plan, bottom.data.pointer, top.mutableData.pointer, $0)
    }
  }

  func backward(top: Blob, bottom: Blob) throws {
    try DNNLEngine.run("gradient of the pooling of \(shape.bottom)") {
      ck_pooling_backward(plan, top.diff.pointer, bottom.mutableDiff.pointer, $0)
    }
  }

  func maximumPositions(top: Blob) throws -> [Float]? {
    guard shape.method == .max, let bottom else { return nil }
    var positions = [Int32](repeating: 0, count: shape.top.count)
    ck_pooling_positions(plan, bottom.data.pointer, &positions)
    return positions.map(Float.init)
  }
}
