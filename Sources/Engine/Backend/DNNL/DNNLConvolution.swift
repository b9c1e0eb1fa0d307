import CKernels
import NetModel

/// A convolution over oneDNN primitives. Directions that are never run cost nothing.
final class DNNLConvolution: ConvolutionOperator {
  private let engine: DNNLEngine
  private let shape: ConvolutionShape
  private let plan: OpaquePointer
  private var packed: WeightState?
  /// Whether weights that are trained lie best in tiles.
  private lazy var wantsTiles = ck_convolution_wants_tiles(plan)

  /// Which weights the packed copies were made from.
  private struct WeightState: Equatable {
    let address: UnsafePointer<Float>
    let version: Int
  }

  init(_ shape: ConvolutionShape, _ choice: ConvolutionAlgorithm.Choice, _ engine: DNNLEngine) throws(BackendError) {
    self.engine = engine
    self.shape = shape
    var spec = ck_convolution_spec()
    spec.source = ck_shape(shape.bottom)
    spec.output_channels = shape.top[1]
    (spec.kernel_h, spec.kernel_w) = (shape.kernel.height, shape.kernel.width)
    (spec.pad_h, spec.pad_w) = (shape.pad.height, shape.pad.width)
    (spec.stride_h, spec.stride_w) = (shape.stride.height, shape.stride.width)
    (spec.dilation_h, spec.dilation_w) = (shape.dilation.height, shape.dilation.width)
    spec.group = shape.group
    spec.has_bias = shape.hasBias
    spec.source_layout = ck_layout(shape.bottomLayout)
    spec.destination_layout = ck_layout(shape.topLayout)
    spec.algorithm = (choice.forward, choice.backwardData, choice.backwardWeights)
    spec.training = shape.training
    spec.adds = shape.adds
    spec.fuse_relu = shape.negativeSlope != nil
    spec.negative_slope = shape.negativeSlope ?? 0
    plan = try DNNLEngine.make(shape.name) { ck_convolution_create(engine.handle, &spec, $0) }
  }

  deinit { ck_convolution_free(plan) }

  func forward(bottom: Blob, weight: Blob, bias: Blob?, top: Blob) throws {
    let weight = current(weight, for: CK_FORWARD)
    try run {
      ck_convolution_forward(
        plan, bottom.data.pointer, weight, bias?.data.pointer, top.mutableData.pointer, $0)
    }
  }

  func backwardBottom(top: Blob, weight: Blob, bottom: Blob) throws {
    let weight = current(weight, for: CK_BACKWARD_DATA)
    try run {
      ck_convolution_backward_data(
        plan, top.diff.pointer, weight, bottom.mutableDiff.pointer, $0)
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
        plan, bottom.data.pointer, top.diff.pointer, gradient, bias?.mutableDiff.pointer, $0)
    }
  }

  func scratchBytes(_ pass: ConvolutionPass) -> Int {
    let direction =
      switch pass {
      case .top: CK_FORWARD
      case .bottomGradient: CK_BACKWARD_DATA
      case .parameterGradients: CK_BACKWARD_WEIGHTS
      }
    return ck_convolution_scratch_bytes(plan, direction)
  }

  /// Whether oneDNN has optimised kernels for these directions.
  func isOptimised(_ directions: [ck_direction]) -> Bool {
    directions.allSatisfy { direction in
      var implementation = ck_implementation()
      var error = ck_error()
      return ck_convolution_info(plan, direction, &implementation, &error) == 0 && implementation.optimised
    }
  }

  /// The weights for a direction, in tiles where they are there or should be and can be read.
  private func current(_ weight: Blob, for direction: ck_direction) -> ck_weights {
    var tiles = FilterTiles(weight.shape)
    if weight.dataTiles != tiles, weight.staysPlain || !wantsTiles { tiles = nil }
    if tiles != nil, !ck_convolution_reads_tiles(plan, direction) { tiles = nil }
    let values = weight.data(in: tiles).pointer
    let state = WeightState(address: values, version: weight.dataVersion)
    if packed != state { ck_convolution_weights_changed(plan) }
    packed = state
    return ck_weights(values: values, tiled: tiles != nil)
  }

  private func run(_ body: (UnsafeMutablePointer<ck_error>) -> Int32) throws(BackendError) {
    try DNNLEngine.run(shape.name, body)
  }
}

extension ConvolutionShape {
  var name: String {
    "convolution \(kernel.height)x\(kernel.width) of \(bottom) to \(top) (\(bottomLayout) to \(topLayout))"
  }
}
