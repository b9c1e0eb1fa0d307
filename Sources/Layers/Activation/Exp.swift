import CaffeProto
import Glibc
import NetModel
import ONNX

/// base^(shift + scale x), base -1 meaning e (Caffe: `exp_layer.cpp`).
struct Exp: PointwiseFunction {
  static let type = "Exp"
  static let slopeNeedsInput = false
  private let inner: Float
  private let outer: Float

  init(_ layer: LayerParameter) throws {
    let parameter = layer.expParam
    guard parameter.base == -1 || (parameter.base > 0 && parameter.base.isFinite) else {
      throw LayerError.field("exp_param.base", "is \(parameter.base), but must be positive (or -1, which means e)")
    }
    let logarithm = parameter.base == -1 ? 1 : logf(parameter.base)
    inner = logarithm * parameter.scale
    outer = expf(logarithm * parameter.shift)
  }

  func value(_ x: Float) -> Float { outer * expf(inner * x) }
  func slope(x: Float, y: Float) -> Float { inner * y }
}

extension Exp: ONNXFunction {
  func export(_ x: Tensor, _ layer: ExportedLayer) -> Tensor {
    layer.affine(layer("Exp", layer.affine(x, scale: inner)), scale: outer)
  }
}
