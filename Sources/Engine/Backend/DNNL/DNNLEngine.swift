import CKernels
import NetModel

/// The oneDNN engine that a backend's operators share; it lives until the last of them is gone.
final class DNNLEngine {
  let handle: OpaquePointer

  init() throws(BackendError) {
    handle = try Self.make("engine") { ck_engine_create($0) }
  }

  deinit { ck_engine_free(handle) }

  /// Has primitives use that memory from now on; nil takes it back.
  func lendScratch(_ scratch: Storage?) {
    ck_engine_lend_scratch(handle, scratch?.pointer(in: nil), (scratch?.count ?? 0) * MemoryLayout<Float>.stride)
  }

  /// Frees what primitives have needed so far.
  func freeScratch() { ck_engine_free_scratch(handle) }

  /// Makes a plan, or throws what the kernels say.
  static func make(
    _ operation: @autoclosure () -> String, _ body: (UnsafeMutablePointer<ck_error>) -> OpaquePointer?
  ) throws(BackendError) -> OpaquePointer {
    var error = ck_error()
    guard let plan = body(&error) else { throw error.thrown(operation()) }
    return plan
  }

  /// Runs a kernel, or throws what it says.
  static func run(
    _ operation: @autoclosure () -> String, _ body: (UnsafeMutablePointer<ck_error>) -> Int32
  ) throws(BackendError) {
    var error = ck_error()
    guard body(&error) == 0 else { throw error.thrown(operation()) }
  }
}

extension ck_error {
  fileprivate func thrown(_ operation: String) -> BackendError {
    let cause = withUnsafeBytes(of: message) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    return BackendError(backend: DNNLBackend.name, operation: operation, cause: cause)
  }
}

extension ck_shape {
  /// A four-axis shape.
  init(_ shape: Shape) { self.init(n: shape[0], c: shape[1], h: shape[2], w: shape[3]) }
}

extension ck_layout {
  /// The kernels' name of a layout.
  init(_ layout: Layout) {
    switch layout {
    case .plain: self = CK_PLAIN
    case .channelsLast: self = CK_CHANNELS_LAST
    case .channelBlocked: self = CK_BLOCKED
    }
  }
}
