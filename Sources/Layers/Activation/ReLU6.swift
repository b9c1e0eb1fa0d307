import CaffeProto
import ONNX

/// min(max(x, 0), 6) (forks for MobileNet: `relu6_layer.cpp`).
struct ReLU6: PointwiseFunction {
  static let type = "ReLU6"
  static let slopeNeedsInput = true

  init(_ layer: LayerParameter) {}

  func value(_ x: Float) -> Float { max(0, min(x, 6)) }
  func slope(x: Float, y: Float) -> Float { x > 0 && x < 6 ? 1 : 0 }
}

extension ReLU6: ONNXFunction {
  func export(_ x: Tensor, _ layer: ExportedLayer) -> Tensor { layer("Clip", x, layer.scalar(0), layer.scalar(6)) }
}
