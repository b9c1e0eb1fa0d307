import CaffeProto
import Glibc
import NetModel
import ONNX

/// The logarithm of shift + scale x to `base`, -1 meaning e (Caffe: `log_layer.cpp`).
struct Log: PointwiseFunction {
  static let type = "Log"
  static let slopeNeedsInput = true
  private let scale: Float
  private let shift: Float
  /// 1 / log(base).
  private let factor: Float

  init(_ layer: LayerParameter) throws {
    let parameter = layer.logParam
    guard parameter.base == -1 || (parameter.base > 0 && parameter.base != 1 && parameter.base.isFinite) else {
      throw LayerError.field("log_param.base", "is \(parameter.base), but must be positive and not 1 (or -1: e)")
    }
    scale = parameter.scale
    shift = parameter.shift
    factor = parameter.base == -1 ? 1 : 1 / logf(parameter.base)
  }

  func value(_ x: Float) -> Float { factor * logf(shift + scale * x) }
  func slope(x: Float, y: Float) -> Float { factor * scale / (shift + scale * x) }
}

extension Log: ONNXFunction {
  func export(_ x: Tensor, _ layer: ExportedLayer) -> Tensor {
    layer.affine(layer("Log", layer.affine(x, scale: scale, shift: shift)), scale: factor)
  }
}
