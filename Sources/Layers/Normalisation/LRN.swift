import CaffeProto
import Engine
import Glibc
import NetModel
import ONNX

/// Local response normalisation (Caffe: `lrn_layer.cpp`; Krizhevsky et al. 2012).
///
/// Across channels: y = x / (k + alpha / n * sum of squares over n neighbouring channels)^beta. Within a channel: the
/// sum goes over an n x n window, divided by n^2 with its padding, and k counts as 1.
///
/// In place it computes the same, with a top of its own. So does Caffe on a GPU, but for the gradient; on a CPU it overwrites x
/// before it is multiplied.
struct LRN: RunnableDescription {
  static let type = "LRN"
  private let parameter: LRNParameter

  init(_ layer: LayerParameter, in context: DescriptionContext) throws {
    parameter = layer.lrnParam
    guard parameter.localSize % 2 == 1, parameter.localSize <= Int(Int32.max) else {
      throw LayerError.field(
        "lrn_param.local_size", "is \(parameter.localSize), but must be odd, and at most \(Int32.max)")
    }
  }

  let arity = Arity.oneToOne

  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    guard bottom[0].rank == 4 else {
      throw LayerError.bottom(index: 0, shape: bottom[0], "must have 4 axes (num, channels, height, width)")
    }
    return bottom
  }

  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    var map = ChannelMap.pointwise(bottom, tops: 1)
    if parameter.normRegion == .acrossChannels {
      map.relations.append(.holds(bottom: 0, reason: "LRN across channels mixes neighbouring channels"))
    }
    return map
  }

  func constant(_ value: Float, channel: Int, blobs: [[Float]]) -> ConstantFate {
    if value == 0 { return .value(0) }
    return parameter.normRegion == .acrossChannels
      ? .inexact("LRN across channels divides by the neighbouring channels")
      : .inexact("LRN within a channel counts its zero padding")
  }

  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer {
    switch parameter.normRegion {
    case .acrossChannels: AcrossChannelsLayer(parameter, context)
    case .withinChannel: WithinChannelLayer(parameter, context)
    }
  }
}

extension LRN: ONNXExporting {
  func export(_ layer: ExportedLayer) -> [Tensor] {
    let x = layer.bottom[0]
    switch parameter.normRegion {
    case .acrossChannels:
      return [
        layer(
          "LRN", x,
          attributes: [
            "alpha": .float(parameter.alpha), "beta": .float(parameter.beta), "bias": .float(parameter.k),
            "size": .int(parameter.localSize),
          ])
      ]
    case .withinChannel:
      let (size, pad) = (parameter.localSize, (parameter.localSize - 1) / 2)
      let means = layer.averagePool(
        layer("Mul", x, x), kernel: [size, size], stride: [1, 1], pad: [pad, pad], overhang: [0, 0])
      let scale = layer.affine(means, scale: parameter.alpha, shift: 1)
      return [layer("Mul", x, layer("Pow", scale, layer.scalar(-parameter.beta)))]
    }
  }
}

/// The running layer across channels, in its bottom's layout.
final class AcrossChannelsLayer: Layer {
  private let parameter: LRNParameter
  private let context: LayerContext
  private var operation: (any UnaryOperator)?

  init(_ parameter: LRNParameter, _ context: LayerContext) {
    self.parameter = parameter
    self.context = context
  }

  func layout(ofBottom index: Int, shape: Shape, offered: Layout) -> Layout {
    context.backend.preferredLayout(geometry(shape, offered), offered: context.backend.accepted(offered))
  }

  private func geometry(_ shape: Shape, _ layout: Layout) -> LocalResponseShape {
    LocalResponseShape(
      shape: shape, size: parameter.localSize, alpha: parameter.alpha, beta: parameter.beta, k: parameter.k,
      layout: layout)
  }

  var gradientNeeds: GradientNeeds { .bottom }

  var needsOwnTop: Bool { true }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    top[0].reshape(bottom[0].shape, layout: bottom[0].layout)
    operation = try context.backend.localResponse(geometry(bottom[0].shape, bottom[0].layout))
  }

  func forward(bottom: [Blob], top: [Blob]) throws { try operation?.forward(bottom: bottom[0], top: top[0]) }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    if propagateDown[0] { try operation?.backward(top: top[0], bottom: bottom[0]) }
  }
}

/// The running layer within a channel: y = x (1 + alpha * mean of squares)^-beta, the mean by the backend's pooling.
final class WithinChannelLayer: Layer {
  private let parameter: LRNParameter
  private let context: LayerContext
  private var pooling: (any PoolingOperator)?
  private let squares = Blob()
  private let means = Blob()

  init(_ parameter: LRNParameter, _ context: LayerContext) {
    self.parameter = parameter
    self.context = context
  }

  func layout(ofBottom index: Int, shape: Shape, offered: Layout) -> Layout { context.backend.accepted(offered) }

  var gradientNeeds: GradientNeeds { .bottom }

  var needsOwnTop: Bool { true }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    let (shape, layout) = (bottom[0].shape, bottom[0].layout)
    for blob in [top[0], squares, means] { blob.reshape(shape, layout: layout) }
    let (size, pad) = (parameter.localSize, (parameter.localSize - 1) / 2)
    pooling = try context.backend.pooling(
      PoolingShape(
        method: .average, bottom: shape, top: shape, kernel: .init(size, size), pad: .init(pad, pad),
        stride: .init(1, 1), layout: layout, training: context.needsBackward))
  }

  func forward(bottom: [Blob], top: [Blob]) throws {
    let (alpha, beta) = (parameter.alpha, parameter.beta)
    map(bottom[0].data, squares.mutableData) { $0 * $0 }
    try pooling?.forward(bottom: squares, top: means)
    map(bottom[0].data, means.data, top[0].mutableData) { x, mean in x * powf(1 + alpha * mean, -beta) }
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    guard propagateDown[0] else { return }
    let (alpha, beta) = (parameter.alpha, parameter.beta)
    // The gradient goes to the means first, then through the pooling to the squares, and from both factors to the
    // bottom.
    map(bottom[0].data, top[0].diff, means.data, means.mutableDiff) { x, dy, mean in
      -alpha * beta * dy * x * powf(1 + alpha * mean, -beta - 1)
    }
    try pooling?.backward(top: means, bottom: squares)
    let (dx, dy, x) = (bottom[0].mutableDiff, top[0].diff, bottom[0].data)
    map(dy, means.data, dx) { dy, mean in dy * powf(1 + alpha * mean, -beta) }
    map(x, squares.diff, dx.readOnly, dx) { x, dSquare, dx in dx + 2 * x * dSquare }
  }
}
