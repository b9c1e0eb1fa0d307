import CaffeProto
import Glibc
import ONNX

/// The hyperbolic tangent (Caffe: `tanh_layer.cpp`).
struct TanH: PointwiseFunction {
  static let type = "TanH"
  static let slopeNeedsInput = false

  init(_ layer: LayerParameter) {}

  func value(_ x: Float) -> Float { tanhf(x) }
  func slope(x: Float, y: Float) -> Float { 1 - y * y }
}

extension TanH: ONNXFunction {
  func export(_ x: Tensor, _ layer: ExportedLayer) -> Tensor { layer("Tanh", x) }
}
