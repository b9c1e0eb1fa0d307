import CaffeProto
import Glibc
import ONNX

/// x above 0, alpha (exp(x) - 1) below (Caffe: `elu_layer.cpp`; Clevert et al. 2016).
struct ELU: PointwiseFunction {
  static let type = "ELU"
  static let slopeNeedsInput = true
  private let alpha: Float

  init(_ layer: LayerParameter) { alpha = layer.eluParam.alpha }

  func value(_ x: Float) -> Float { x > 0 ? x : alpha * (expf(x) - 1) }
  func slope(x: Float, y: Float) -> Float { x > 0 ? 1 : alpha + y }
}

extension ELU: ONNXFunction {
  func export(_ x: Tensor, _ layer: ExportedLayer) -> Tensor { layer("Elu", x, attributes: ["alpha": .float(alpha)]) }
}
