import CKernels

/// A batch normalisation over oneDNN. Its gradient is taken from the output, so bottom and top may be one blob.
final class DNNLBatchNorm: BatchNormOperator {
  private let engine: DNNLEngine
  private let shape: BatchNormShape
  private let plan: OpaquePointer
  /// The variance of the last training pass, for its gradient.
  private var variance: [Float]

  init(_ shape: BatchNormShape, _ engine: DNNLEngine) throws(BackendError) {
    self.engine = engine
    self.shape = shape
    variance = [Float](repeating: 0, count: shape.shape[1])
    var spec = ck_batch_norm_spec()
    spec.shape = ck_shape(shape.shape)
    spec.layout = ck_layout(shape.layout)
    spec.epsilon = shape.epsilon
    plan = try DNNLEngine.make(shape.name) { ck_batch_norm_create(engine.handle, &spec, $0) }
  }

  deinit { ck_batch_norm_free(plan) }

  func forwardTraining(bottom: Blob, top: Blob, mean: MutableFloatView, variance: MutableFloatView) throws {
    try DNNLEngine.run(shape.name) {
      ck_batch_norm_forward_training(
        plan, bottom.data.pointer, nil, nil, top.mutableData.pointer, mean.pointer, variance.pointer, $0)
    }
    self.variance = Array(variance)
  }

  func forward(bottom: Blob, top: Blob, mean: FloatView, variance: FloatView) throws {
    try DNNLEngine.run(shape.name) {
      ck_batch_norm_forward_given(
        plan, bottom.data.pointer, mean.pointer, variance.pointer, nil, nil, top.mutableData.pointer, $0)
    }
  }

  func backwardTraining(top: Blob, bottom: Blob) throws {
    try DNNLEngine.run(shape.name) {
      ck_batch_norm_backward_from_output(
        plan, top.data.pointer, top.diff.pointer, variance, bottom.mutableDiff.pointer, $0)
    }
  }

  func backward(top: Blob, bottom: Blob, variance: FloatView) throws {
    let factors = variance.map { 1 / ($0 + shape.epsilon).squareRoot() }
    ck_channel_affine(
      ck_layout(shape.layout), ck_shape(shape.shape), top.diff.pointer, factors, nil, bottom.mutableDiff.pointer)
  }
}

extension BatchNormShape {
  var name: String { "batch normalisation of \(shape)" }
}
