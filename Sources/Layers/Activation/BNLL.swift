import CaffeProto
import Glibc
import ONNX

/// log(1 + exp(x)), the binomial normal log likelihood (Caffe: `bnll_layer.cpp`).
struct BNLL: PointwiseFunction {
  static let type = "BNLL"
  static let slopeNeedsInput = true

  init(_ layer: LayerParameter) {}

  // exp(x) overflows for a large x; exp(-x) does not.
  func value(_ x: Float) -> Float { x > 0 ? x + logf(1 + expf(-x)) : logf(1 + expf(x)) }
  func slope(x: Float, y: Float) -> Float { 1 / (1 + expf(-x)) }
}

extension BNLL: ONNXFunction {
  func export(_ x: Tensor, _ layer: ExportedLayer) -> Tensor { layer("Softplus", x) }
}
