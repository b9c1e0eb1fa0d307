import CaffeProto
import ONNX

/// 1 above the threshold, 0 elsewhere (Caffe: `threshold_layer.cpp`).
struct Threshold: PointwiseFunction {
  static let type = "Threshold"
  static let slopeNeedsInput = false
  static let hasGradient = false
  private let threshold: Float

  init(_ layer: LayerParameter) { threshold = layer.thresholdParam.threshold }

  func value(_ x: Float) -> Float { x > threshold ? 1 : 0 }
  func slope(x: Float, y: Float) -> Float { 0 }
}

extension Threshold: ONNXFunction {
  func export(_ x: Tensor, _ layer: ExportedLayer) -> Tensor {
    layer.asFloats(layer("Greater", x, layer.scalar(threshold)))
  }
}
