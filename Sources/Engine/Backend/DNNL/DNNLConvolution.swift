import CKernels
import NetModel

/// A convolution over oneDNN primitives. Directions that are never run cost nothing.
final class DNNLConvolution: DenseConvolution {
  private let engine: DNNLEngine
  private let shape: ConvolutionShape
  private let choice: ConvolutionAlgorithm.Choice
  private let handle: OpaquePointer
  private var packed: WeightState?
  /// Whether weights that are trained lie best in tiles.
  private lazy var wantsTiles = ck_convolution_wants_tiles(handle)

  init(_ shape: ConvolutionShape, _ choice: ConvolutionAlgorithm.Choice, _ engine: DNNLEngine) throws(BackendError) {
    self.engine = engine
    self.shape = shape
    self.choice = choice
    var spec = shape.kernelSpec(choice)
    handle = try DNNLEngine.make(shape.name) { ck_convolution_create(engine.handle, &spec, $0) }
  }

  var plan: String { choice.name(training: shape.training) }

  func dropWeights() {
    ck_convolution_drop_weights(handle)
    packed = nil
  }

  deinit { ck_convolution_free(handle) }

  func forward(bottom: Blob, weight: Blob, bias: Blob?, top: Blob) throws {
    let weight = current(weight, for: CK_FORWARD)
    try run {
      ck_convolution_forward(
        handle, bottom.data.pointer, weight, bias?.data.pointer, top.mutableData.pointer, $0)
    }
  }

  func backwardBottom(top: Blob, weight: Blob, bottom: Blob) throws {
    let weight = current(weight, for: CK_BACKWARD_DATA)
    try run {
      ck_convolution_backward_data(
        handle, top.diff.pointer, weight, bottom.mutableDiff.pointer, $0)
    }
  }

  func backwardParameters(bottom: Blob, top: Blob, weight: Blob?, bias: Blob?) throws {
    guard let weight else {
      if let bias {
        ck_channel_sums(
          ck_layout(shape.topLayout), ck_shape(shape.top), top.diff.pointer, nil, bias.mutableDiff.pointer)
      }
      return
    }
    let tiles = wantsTiles && !weight.staysPlain ? FilterTiles(weight.shape) : nil
    let (diff, startsAtZero) = weight.addingDiff(in: tiles)
    let gradient = ck_weights_gradient(values: diff.pointer, tiled: tiles != nil, adds: !startsAtZero)
    try run {
      ck_convolution_backward_weights(
        handle, bottom.data.pointer, top.diff.pointer, gradient, bias?.mutableDiff.pointer, $0)
    }
  }

  func scratchBytes(_ pass: ConvolutionPass) -> Int {
    let direction =
      switch pass {
      case .top: CK_FORWARD
      case .bottomGradient: CK_BACKWARD_DATA
      case .parameterGradients: CK_BACKWARD_WEIGHTS
      }
    return ck_convolution_scratch_bytes(handle, direction)
  }

  /// Whether oneDNN has optimised kernels for these directions.
  func isOptimised(_ directions: [ck_direction]) -> Bool {
    directions.allSatisfy { direction in
      var implementation = ck_implementation()
      var error = ck_error()
      return ck_convolution_info(handle, direction, &implementation, &error) == 0 && implementation.optimised
    }
  }

  /// The weights for a direction, in tiles where they are there or should be and can be read.
  private func current(_ weight: Blob, for direction: ck_direction) -> ck_weights {
    var tiles = FilterTiles(weight.shape)
    if weight.dataTiles != tiles, weight.staysPlain || !wantsTiles { tiles = nil }
    if tiles != nil, !ck_convolution_reads_tiles(handle, direction) { tiles = nil }
    let values = weight.data(in: tiles).pointer
    let state = WeightState(weight)
    if packed != state { ck_convolution_weights_changed(handle) }
    packed = state
    return ck_weights(values: values, tiled: tiles != nil)
  }

  private func run(_ body: (UnsafeMutablePointer<ck_error>) -> Int32) throws(BackendError) {
    try DNNLEngine.run(shape.name, body)
  }
}

extension ConvolutionShape {
  /// This shape in other layouts.
  func placed(_ bottom: Layout, _ top: Layout) -> ConvolutionShape {
    var shape = self
    (shape.bottomLayout, shape.topLayout) = (bottom, top)
    return shape
  }

  /// The kernels' description.
  func kernelSpec(_ choice: ConvolutionAlgorithm.Choice) -> ck_convolution_spec {
    var spec = ck_convolution_spec()
    spec.source = ck_shape(bottom)
    spec.output_channels = top[1]
    (spec.kernel_h, spec.kernel_w) = (kernel.height, kernel.width)
    (spec.pad_h, spec.pad_w) = (pad.height, pad.width)
    (spec.stride_h, spec.stride_w) = (stride.height, stride.width)
    (spec.dilation_h, spec.dilation_w) = (dilation.height, dilation.width)
    spec.group = group
    spec.has_bias = hasBias
    spec.source_layout = ck_layout(bottomLayout)
    spec.destination_layout = ck_layout(topLayout)
    spec.algorithm = (choice.forward, choice.backwardData, choice.backwardWeights)
    spec.training = training
    spec.adds = adds
    spec.fuse_relu = negativeSlope != nil
    spec.negative_slope = negativeSlope ?? 0
    return spec
  }

  var name: String {
    "convolution \(kernel.height)x\(kernel.width) of \(bottom) to \(top) (\(bottomLayout) to \(topLayout))"
  }
}
