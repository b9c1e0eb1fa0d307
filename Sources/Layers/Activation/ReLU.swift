import CaffeProto
import Engine
import NetModel
import ONNX

/// max(x, 0) + negative_slope * min(x, 0) (Caffe: `relu_layer.cpp`), in any layout and in place if asked.
struct ReLU: RunnableDescription, Rectifying {
  static let type = "ReLU"
  private let negativeSlope: Float

  init(_ parameter: LayerParameter, in context: DescriptionContext) throws {
    negativeSlope = parameter.reluParam.negativeSlope
  }

  let arity = Arity.oneToOne

  var rectifies: Bool { negativeSlope == 0 }

  func topShapes(_ bottom: [Shape]) throws -> [Shape] { bottom }

  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap { .pointwise(bottom, tops: 1) }

  func constant(_ value: Float, channel: Int, blobs: [[Float]]) -> ConstantFate {
    .value(max(value, 0) + negativeSlope * min(value, 0))
  }

  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer {
    ReLULayer(negativeSlope, try context.backend.rectifier(negativeSlope: negativeSlope), context.backend)
  }
}

extension ReLU: ONNXExporting {
  func export(_ layer: ExportedLayer) throws -> [Tensor] {
    let x = layer.bottom[0]
    return [
      negativeSlope == 0
        ? layer("Relu", x) : layer("LeakyRelu", x, attributes: ["alpha": .float(negativeSlope)])
    ]
  }
}

/// A running rectifier.
final class ReLULayer: Layer {
  private let negativeSlope: Float
  private let operation: any UnaryOperator
  private let backend: any Backend

  init(_ negativeSlope: Float, _ operation: any UnaryOperator, _ backend: any Backend) {
    self.negativeSlope = negativeSlope
    self.operation = operation
    self.backend = backend
  }

  func layout(ofBottom index: Int, shape: Shape, offered: Layout) -> Layout { backend.accepted(offered) }

  func epilogue(on index: Int, of bottom: [Blob]) -> Epilogue? { .rectifier(negativeSlope: negativeSlope) }

  var gradientNeeds: GradientNeeds { .bottom }

  func reshape(bottom: [Blob], top: [Blob]) throws { top[0].reshape(bottom[0].shape, layout: bottom[0].layout) }

  func forward(bottom: [Blob], top: [Blob]) throws { try operation.forward(bottom: bottom[0], top: top[0]) }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    if propagateDown[0] { try operation.backward(top: top[0], bottom: bottom[0]) }
  }
}
