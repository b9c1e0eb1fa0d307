import CaffeProto
import Engine
import NetModel
import ONNX

/// A function of single numbers: what a layer type says that treats every element by itself.
protocol PointwiseFunction: Sendable {
  /// The layer type's name in prototxts.
  static var type: String { get }
  /// Whether the slope needs x. If not, y is enough, and working in place keeps no copy.
  static var slopeNeedsInput: Bool { get }
  /// Whether there is a gradient at all.
  static var hasGradient: Bool { get }

  /// Reads the layer's parameters.
  init(_ layer: LayerParameter) throws
  /// y of x.
  func value(_ x: Float) -> Float
  /// dy / dx.
  func slope(x: Float, y: Float) -> Float
  /// What it is where it is y = scale x + shift: compilers make vectors of that; nil otherwise.
  var line: (scale: Float, shift: Float)? { get }
}

extension PointwiseFunction {
  static var hasGradient: Bool { true }
  var line: (scale: Float, shift: Float)? { nil }
}

/// A function that ONNX's operators can compute.
protocol ONNXFunction: PointwiseFunction {
  /// Adds the nodes that make y of x.
  func export(_ x: Tensor, _ layer: ExportedLayer) -> Tensor
}

/// The description of a layer that applies a function to every element.
struct Pointwise<Function: PointwiseFunction>: RunnableDescription, Rectifying {
  static var type: String { Function.type }
  private let function: Function

  init(_ layer: LayerParameter, in context: DescriptionContext) throws { function = try Function(layer) }

  var arity: Arity { .oneToOne }

  /// Of functions that grow.
  var rectifies: Bool { function.value(-1) == 0 && function.value(0) == 0 && function.value(1) > 0 }

  func topShapes(_ bottom: [Shape]) throws -> [Shape] { bottom }

  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap { .pointwise(bottom, tops: 1) }

  func constant(_ value: Float, channel: Int, blobs: [[Float]]) -> ConstantFate { .value(function.value(value)) }

  func allowsBackward(bottom index: Int) -> Bool { Function.hasGradient }

  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer {
    PointwiseLayer(function, context)
  }
}

extension Pointwise: ONNXExporting where Function: ONNXFunction {
  func export(_ layer: ExportedLayer) -> [Tensor] { [function.export(layer.bottom[0], layer)] }
}

/// The running layer, in any layout.
final class PointwiseLayer<Function: PointwiseFunction>: Layer {
  private let function: Function
  private let context: LayerContext

  init(_ function: Function, _ context: LayerContext) {
    self.function = function
    self.context = context
  }

  func layout(ofBottom index: Int, shape: Shape, offered: Layout) -> Layout { context.backend.accepted(offered) }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    top[0].reshape(bottom[0].shape, layout: bottom[0].layout)
  }

  var keepsBottom: Bool { Function.slopeNeedsInput }

  func forward(bottom: [Blob], top: [Blob]) throws {
    let function = function
    if let (scale, shift) = function.line {
      map(bottom[0].data, top[0].mutableData) { shift + scale * $0 }
    } else {
      map(bottom[0].data, top[0].mutableData) { function.value($0) }
    }
    top[0].clearPadding(top[0].mutableData)
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    guard propagateDown[0] else { return }
    guard Function.hasGradient else { throw noGradient(Function.type, bottom: 0, bottom[0]) }
    let function = function
    if let (scale, _) = function.line {
      map(top[0].diff, bottom[0].mutableDiff) { $0 * scale }
    } else {
      map(bottom[0].data, top[0].data, top[0].diff, bottom[0].mutableDiff) { x, y, dy in dy * function.slope(x: x, y: y)
      }
    }
    bottom[0].clearPadding(bottom[0].mutableDiff)
  }
}
