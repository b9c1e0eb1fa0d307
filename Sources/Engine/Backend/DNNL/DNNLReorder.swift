import CKernels
import NetModel

/// A copy of one shape from one layout to another.
final class DNNLReorder {
  struct Key: Hashable {
    let shape: Shape
    let from: Layout
    let to: Layout
  }

  private let engine: DNNLEngine
  private let key: Key
  private let plan: OpaquePointer

  init(_ key: Key, _ engine: DNNLEngine) throws(BackendError) {
    self.engine = engine
    self.key = key
    plan = try DNNLEngine.make(key.name) { error in
      ck_reorder_create(engine.handle, ck_shape(key.shape), ck_layout(key.from), ck_layout(key.to), error)
    }
  }

  deinit { ck_reorder_free(plan) }

  func run(_ source: FloatView, _ target: MutableFloatView) throws(BackendError) {
    try DNNLEngine.run(key.name) { ck_reorder_run(plan, source.pointer, target.pointer, $0) }
  }
}

extension DNNLReorder.Key {
  var name: String { "conversion of \(shape) from \(from) to \(to)" }
}
