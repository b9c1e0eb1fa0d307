import CaffeProto
import Glibc
import ONNX

/// 1 / (1 + exp(-x)) (Caffe: `sigmoid_layer.cpp`).
struct Sigmoid: PointwiseFunction {
  static let type = "Sigmoid"
  static let slopeNeedsInput = false

  init(_ layer: LayerParameter) {}

  func value(_ x: Float) -> Float { 0.5 * tanhf(0.5 * x) + 0.5 }
  func slope(x: Float, y: Float) -> Float { y * (1 - y) }
}

extension Sigmoid: ONNXFunction {
  func export(_ x: Tensor, _ layer: ExportedLayer) -> Tensor { layer("Sigmoid", x) }
}
