import CKernels

/// LRN across channels over oneDNN, or over loops where it has no optimised kernel.
final class DNNLLocalResponse: UnaryOperator {
  private let engine: DNNLEngine
  private let shape: LocalResponseShape
  private let plan: OpaquePointer

  init(_ shape: LocalResponseShape, _ engine: DNNLEngine) throws(BackendError) {
    self.engine = engine
    self.shape = shape
    var spec = ck_lrn_spec()
    spec.shape = ck_shape(shape.shape)
    spec.layout = ck_layout(shape.layout)
    spec.size = shape.size
    (spec.alpha, spec.beta, spec.k) = (shape.alpha, shape.beta, shape.k)
    spec.training = shape.training
    plan = try DNNLEngine.make("LRN of \(shape.shape)") { ck_lrn_create(engine.handle, &spec, $0) }
  }

  deinit { ck_lrn_free(plan) }

  func forward(bottom: Blob, top: Blob) throws {
    try DNNLEngine.run("LRN of \(shape.shape)") {
      ck_lrn_forward(plan, bottom.data.pointer, top.mutableData.pointer, $0)
    }
  }

  func backward(top: Blob, bottom: Blob) throws {
    try DNNLEngine.run("gradient of the LRN of \(shape.shape)") {
      ck_lrn_backward(plan, bottom.data.pointer, top.diff.pointer, bottom.mutableDiff.pointer, $0)
    }
  }
}
