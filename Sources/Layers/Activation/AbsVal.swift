import CaffeProto
import ONNX

/// |x| (Caffe: `absval_layer.cpp`); the slope at 0 is 0.
struct AbsVal: PointwiseFunction {
  static let type = "AbsVal"
  static let slopeNeedsInput = true

  init(_ layer: LayerParameter) {}

  func value(_ x: Float) -> Float { abs(x) }
  func slope(x: Float, y: Float) -> Float { x > 0 ? 1 : x < 0 ? -1 : 0 }
}

extension AbsVal: ONNXFunction {
  func export(_ x: Tensor, _ layer: ExportedLayer) -> Tensor { layer("Abs", x) }
}
