import CKernels

/// A convolution with few filters, whose forward pass takes 8 of them at a time. Its gradients are oneDNN's.
final class DNNLNarrow: DenseConvolution {
  let plan: String
  private let engine: DNNLEngine
  private let name: String
  private let spec: ck_convolution_spec
  /// Nil without training.
  private let gradients: DNNLConvolution?
  private var packed = PackedWeights()

  /// Whether a shape can be computed so, in its layouts.
  static func allows(_ shape: ConvolutionShape) -> Bool {
    withUnsafePointer(to: shape.kernelSpec(.init()), ck_narrow_fits)
  }

  init(_ shape: ConvolutionShape, _ choice: ConvolutionAlgorithm.Choice, _ engine: DNNLEngine) throws(BackendError) {
    (self.engine, name, spec) = (engine, shape.name, shape.kernelSpec(choice))
    plan = choice.name(training: shape.training)
    gradients = shape.training ? try DNNLConvolution(shape, choice, engine) : nil
  }

  func forward(bottom: Blob, weight: Blob, bias: Blob?, top: Blob) throws {
    try withUnsafePointer(to: spec) { spec in
      let weights = packed.values(of: weight, count: ck_narrow_count(spec)) { ck_narrow_pack(spec, $0, $1) }
      try DNNLEngine.run(name) {
        ck_narrow_forward(
          engine.handle, spec, bottom.data.pointer, weights, bias?.data.pointer, top.mutableData.pointer, $0)
      }
    }
  }

  func backwardBottom(top: Blob, weight: Blob, bottom: Blob) throws {
    try gradients?.backwardBottom(top: top, weight: weight, bottom: bottom)
  }

  func backwardParameters(bottom: Blob, top: Blob, weight: Blob?, bias: Blob?) throws {
    try gradients?.backwardParameters(bottom: bottom, top: top, weight: weight, bias: bias)
  }

  func scratchBytes(_ pass: ConvolutionPass) -> Int {
    if case .top = pass { return withUnsafePointer(to: spec, ck_narrow_scratch_bytes) }
    return gradients?.scratchBytes(pass) ?? 0
  }

  /// Forward they are our own.
  func isOptimised(_ directions: [ck_direction]) -> Bool {
    let others = directions.filter { !CK_NARROW.takes($0) }
    return others.isEmpty || gradients?.isOptimised(others) == true
  }

  func dropWeights() {
    packed = PackedWeights()
    gradients?.dropWeights()
  }
}
