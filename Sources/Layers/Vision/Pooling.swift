import CaffeProto
import Engine
import NetModel

/// Maxima or means over windows of an image (Caffe: `pooling_layer.cpp`).
///
/// (N, C, H, W) becomes (N, C, H', W') with H' = (H + 2 pad - kernel) / stride + 1, rounded up (or down, with
/// `round_mode: FLOOR` or, as forks have it, `ceil_mode: false`). Where either axis is padded, both lose a last window
/// that would start behind the image. A second top of a MAX pooling holds where in the H x W plane each maximum came
/// from.
struct Pooling: RunnableDescription, DrawingLabelled {
  static let type = "Pooling"
  let arity: Arity
  /// Nil for stochastic pooling, which is not the backend's.
  let method: PoolingShape.Method?
  private let tops: Int
  private let roundsDown: Bool
  /// Nil for global pooling.
  let kernel: ConvolutionShape.Pair?
  let pad: ConvolutionShape.Pair
  let stride: ConvolutionShape.Pair

  init(_ layer: LayerParameter, in context: DescriptionContext) throws {
    try layer.refuseInPlace()
    let parameter = layer.poolingParam
    switch parameter.pool {
    case .max: method = .max
    case .ave: method = .average
    case .stochastic: method = nil
    }
    arity = Arity(bottom: 1...1, top: method == .max ? 1...2 : 1...1)
    tops = layer.top.count
    guard !parameter.hasCeilMode || !parameter.hasRoundMode || parameter.ceilMode == (parameter.roundMode == .ceil)
    else {
      throw LayerError.field("pooling_param.ceil_mode", "\(parameter.ceilMode) contradicts round_mode")
    }
    roundsDown = parameter.hasCeilMode ? !parameter.ceilMode : parameter.roundMode == .floor
    kernel = try parameter.checkedKernel()
    pad = try parameter.checkedPair(
      "pad", parameter.hasPad, parameter.pad, parameter.hasPadH, parameter.padH, parameter.hasPadW, parameter.padW,
      least: 0)
    stride = try parameter.checkedPair(
      "stride", parameter.hasStride, parameter.stride, parameter.hasStrideH, parameter.strideH,
      parameter.hasStrideW, parameter.strideW, least: 1)
    if let kernel {
      guard pad.height < kernel.height, pad.width < kernel.width else {
        throw LayerError.field("pooling_param.pad", "must be smaller than the kernel")
      }
      guard method != nil || pad == .init(0, 0) else {
        throw LayerError.field("pooling_param.pad", "must be 0 for STOCHASTIC pooling")
      }
    } else if pad != .init(0, 0) || stride != .init(1, 1) {
      throw LayerError.field("pooling_param.global_pooling", "goes with pad 0 and stride 1 only")
    }
  }

  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    let shape = bottom[0]
    guard shape.rank == 4 else {
      throw LayerError.bottom(index: 0, shape: shape, "must have 4 axes (num, channels, height, width)")
    }
    let window = kernel ?? .init(shape[2], shape[3])
    let height = positions(shape[2], window.height, pad.height, stride.height)
    let width = positions(shape[3], window.width, pad.width, stride.width)
    guard height > 0, width > 0 else {
      throw LayerError.bottom(
        index: 0, shape: shape, "is too small for a window of \(window.height) x \(window.width)")
    }
    let top = try Shape(checking: [shape[0], shape[1], height, width], field: "pooling_param")
    return [Shape](repeating: top, count: tops)
  }

  /// The number of windows along an axis, as Caffe counts them.
  private func positions(_ extent: Int, _ kernel: Int, _ pad: Int, _ stride: Int) -> Int {
    let room = extent + 2 * pad - kernel
    let steps = roundsDown ? room.floorDivided(by: stride) : -(-room).floorDivided(by: stride)
    // Caffe looks at both axes as soon as either is padded.
    let isPadded = self.pad != .init(0, 0)
    return isPadded && steps * stride >= extent + pad ? steps : steps + 1
  }

  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap { .pointwise(bottom, tops: top.count) }

  func constant(_ value: Float, channel: Int, blobs: [[Float]]) -> ConstantFate {
    guard value == 0 || method == .max || pad == .init(0, 0) else {
      return .inexact("average pooling counts its zero padding")
    }
    guard method != nil || value >= 0 else { return .inexact("stochastic pooling takes no negative values") }
    if let kernel, !roundsDown, stride.height > kernel.height || stride.width > kernel.width {
      return .inexact("its last window may lie outside the image")
    }
    return .value(value)
  }

  static func drawingLabel(_ parameter: LayerParameter) -> DrawingLabel {
    let window = parameter.poolingParam
    let method =
      switch window.pool {
      case .max: "MAX"
      case .ave: "AVE"
      case .stochastic: "STOCHASTIC"
      }
    return DrawingLabel(
      variant: method,
      settings: DrawingLabel.window(kernel: window.kernelSize, stride: window.stride, pad: window.pad), fill: "#FF9900")
  }

  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer {
    method == nil ? StochasticPoolingLayer(self, context) : PoolingLayer(self, context)
  }

  /// The backend's view; stochastic pooling has the windows of the others.
  func geometry(_ bottom: Blob, training: Bool) throws -> PoolingShape {
    PoolingShape(
      method: method ?? .max, bottom: bottom.shape, top: try topShapes([bottom.shape])[0],
      kernel: kernel ?? .init(bottom.shape[2], bottom.shape[3]), pad: pad, stride: stride, layout: bottom.layout,
      training: training)
  }
}

extension PoolingParameter {
  /// The window; nil for global pooling.
  fileprivate func checkedKernel() throws -> ConvolutionShape.Pair? {
    if globalPooling {
      guard !hasKernelSize, !hasKernelH, !hasKernelW else {
        throw LayerError.field("pooling_param.global_pooling", "goes without kernel_size, kernel_h and kernel_w")
      }
      return nil
    }
    guard hasKernelSize != (hasKernelH && hasKernelW), !hasKernelSize || !(hasKernelH || hasKernelW) else {
      throw LayerError.field(
        "pooling_param.kernel_size", "the window is given by kernel_size, or else by both kernel_h and kernel_w")
    }
    return try checkedPair(
      "kernel_size", hasKernelSize, kernelSize, hasKernelH, kernelH, hasKernelW, kernelW, least: 1)
  }

  /// One value for both axes, or one each.
  fileprivate func checkedPair(
    _ name: String, _ hasBoth: Bool, _ both: Int, _ hasHeight: Bool, _ height: Int, _ hasWidth: Bool, _ width: Int,
    least: Int
  ) throws -> ConvolutionShape.Pair {
    guard hasHeight == hasWidth, !(hasBoth && hasHeight) else {
      let short = name == "kernel_size" ? "kernel" : name
      throw LayerError.field("pooling_param.\(name)", "is given once, or else by both \(short)_h and \(short)_w")
    }
    let pair = hasHeight ? ConvolutionShape.Pair(height, width) : .init(both, both)
    for value in [pair.height, pair.width] where value < least || value > Int(Int32.max) {
      throw LayerError.field("pooling_param.\(name)", "is \(value), but must be \(least) to \(Int32.max)")
    }
    return pair
  }
}

extension Int {
  /// The quotient, rounded towards minus infinity; `divisor` is positive.
  fileprivate func floorDivided(by divisor: Int) -> Int {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}

/// A running pooling, in its bottom's layout.
final class PoolingLayer: Layer {
  private let description: Pooling
  private let context: LayerContext
  private var operation: (any PoolingOperator)?

  init(_ description: Pooling, _ context: LayerContext) {
    self.description = description
    self.context = context
  }

  func layout(ofBottom index: Int, shape: Shape, offered: Layout) -> Layout { context.backend.accepted(offered) }

  var gradientNeeds: GradientNeeds { [] }

  /// A maximum is positive where its element is positive, and no other element of the window gets a gradient.
  func commutes(with epilogue: Epilogue) -> Bool {
    if case .rectifier(0) = epilogue { description.method == .max } else { false }
  }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    // The positions of the maxima are only kept where a gradient or the second top asks for them.
    let geometry = try description.geometry(bottom[0], training: context.needsBackward || top.count > 1)
    top[0].reshape(geometry.top, layout: geometry.layout)
    if top.count > 1 { top[1].reshape(geometry.top) }
    operation = try context.backend.pooling(geometry)
  }

  func forward(bottom: [Blob], top: [Blob]) throws {
    try operation?.forward(bottom: bottom[0], top: top[0])
    if top.count > 1, let positions = try operation?.maximumPositions(top: top[0]) {
      top[1].setPlainData(positions)
    }
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    if propagateDown[0] { try operation?.backward(top: top[0], bottom: bottom[0]) }
  }
}
