import CKernels
import Engine
import NetModel
import Testing

/// An engine for tests that call kernels without a backend.
final class KernelEngine {
  let handle: OpaquePointer

  init() throws {
    var error = ck_error()
    let made = ck_engine_create(&error)
    handle = try #require(made, "\(error.text)")
  }

  deinit { ck_engine_free(handle) }
}

extension ck_error {
  /// The message.
  var text: String {
    withUnsafeBytes(of: message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}

extension ck_shape {
  init(_ shape: Shape) { self.init(n: shape[0], c: shape[1], h: shape[2], w: shape[3]) }
}

extension Layout {
  /// The kernels' name.
  var kernel: ck_layout { ck_layout(UInt32(rawValue)) }
}

extension ConvolutionShape {
  /// The kernels' form.
  var spec: ck_convolution_spec {
    var spec = ck_convolution_spec()
    spec.source = ck_shape(bottom)
    spec.output_channels = top[1]
    (spec.kernel_h, spec.kernel_w) = (kernel.height, kernel.width)
    (spec.pad_h, spec.pad_w) = (pad.height, pad.width)
    (spec.stride_h, spec.stride_w) = (stride.height, stride.width)
    (spec.dilation_h, spec.dilation_w) = (dilation.height, dilation.width)
    spec.group = group
    spec.has_bias = hasBias
    (spec.source_layout, spec.destination_layout) = (bottomLayout.kernel, topLayout.kernel)
    spec.training = training
    return spec
  }
}

extension ConvolutionShape {
  /// The tiles of the weights.
  var tiles: ck_tiles {
    ck_tiles(outputs: top[1], inputs: bottom[1] / group, window: kernel.height * kernel.width)
  }
}

/// A convolution plan.
final class KernelConvolution {
  private let engine: KernelEngine
  let plan: OpaquePointer

  init(_ spec: ck_convolution_spec, _ engine: KernelEngine) throws {
    var (spec, error) = (spec, ck_error())
    self.engine = engine
    let made = ck_convolution_create(engine.handle, &spec, &error)
    plan = try #require(made, "\(error.text)")
  }

  deinit { ck_convolution_free(plan) }

  var wantsTiles: Bool { withExtendedLifetime(self) { ck_convolution_wants_tiles(plan) } }

  func readsTiles(_ direction: ck_direction) -> Bool {
    withExtendedLifetime(self) { ck_convolution_reads_tiles(plan, direction) }
  }

  func implementation(_ direction: ck_direction) throws -> (name: String, optimised: Bool) {
    var (found, error) = (ck_implementation(), ck_error())
    let status = ck_convolution_info(plan, direction, &found, &error)
    try #require(status == 0, "\(error.text)")
    return (withUnsafeBytes(of: found.name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }, found.optimised)
  }
}
