import CKernels

/// A batch normalisation over oneDNN.
final class DNNLBatchNorm: BatchNormOperator {
  private let engine: DNNLEngine
  private let shape: BatchNormShape
  private let plan: OpaquePointer

  init(_ shape: BatchNormShape, _ engine: DNNLEngine) throws(BackendError) {
    self.engine = engine
    self.shape = shape
    var spec = ck_batch_norm_spec()
    spec.shape = ck_shape(shape.shape)
    spec.layout = ck_layout(shape.layout)
    spec.epsilon = shape.epsilon
    spec.affine = shape.isAffine
    spec.fuse_relu = shape.rectifies
    plan = try DNNLEngine.make(shape.name) { ck_batch_norm_create(engine.handle, &spec, $0) }
  }

  deinit { ck_batch_norm_free(plan) }

  func forwardTraining(
    bottom: Blob, top: Blob, affine: ChannelAffine?, mean: MutableFloatView, variance: MutableFloatView
  ) throws {
    try DNNLEngine.run(shape.name) {
      ck_batch_norm_forward_training(
        plan, bottom.data.pointer, affine?.scale?.data.pointer, affine?.shift?.data.pointer,
        top.mutableData.pointer, mean.pointer, variance.pointer, $0)
    }
  }

  func forward(bottom: Blob, top: Blob, affine: ChannelAffine?, mean: FloatView, variance: FloatView) throws {
    try DNNLEngine.run(shape.name) {
      ck_batch_norm_forward_given(
        plan, bottom.data.pointer, mean.pointer, variance.pointer, affine?.scale?.data.pointer,
        affine?.shift?.data.pointer, top.mutableData.pointer, $0)
    }
  }

  func backwardTraining(
    top: Blob, bottom: Blob, affine: ChannelAffine?, mean: FloatView, variance: FloatView
  ) throws {
    try backward(top, bottom, affine, mean, variance, areGiven: false)
  }

  func backward(top: Blob, bottom: Blob, affine: ChannelAffine?, mean: FloatView, variance: FloatView) throws {
    try backward(top, bottom, affine, mean, variance, areGiven: true)
  }

  private func backward(
    _ top: Blob, _ bottom: Blob, _ affine: ChannelAffine?, _ mean: FloatView, _ variance: FloatView, areGiven: Bool
  ) throws {
    try DNNLEngine.run(shape.name) {
      ck_batch_norm_backward(
        plan, areGiven, bottom.data.pointer, top.diff.pointer, mean.pointer, variance.pointer,
        affine?.scale?.data.pointer, bottom.mutableDiff.pointer, affine?.scale?.mutableDiff.pointer,
        affine?.shift?.mutableDiff.pointer, $0)
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
