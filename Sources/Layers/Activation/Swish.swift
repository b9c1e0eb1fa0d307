import CaffeProto
import Glibc
import ONNX

/// x sigmoid(beta x) (Caffe: `swish_layer.cpp`; Ramachandran et al. 2017).
struct Swish: PointwiseFunction {
  static let type = "Swish"
  static let slopeNeedsInput = true
  private let beta: Float

  init(_ layer: LayerParameter) { beta = layer.swishParam.beta }

  func value(_ x: Float) -> Float { x * sigmoid(x) }
  func slope(x: Float, y: Float) -> Float { beta * y + sigmoid(x) * (1 - beta * y) }
  private func sigmoid(_ x: Float) -> Float { 0.5 * tanhf(0.5 * beta * x) + 0.5 }
}

extension Swish: ONNXFunction {
  func export(_ x: Tensor, _ layer: ExportedLayer) -> Tensor {
    layer("Mul", x, layer("Sigmoid", layer.affine(x, scale: beta)))
  }
}
