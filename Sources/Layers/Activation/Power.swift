import CaffeProto
import Glibc
import ONNX

/// (shift + scale x)^power (Caffe: `power_layer.cpp`).
struct Power: PointwiseFunction {
  static let type = "Power"
  static let slopeNeedsInput = true
  private let power: Float
  private let scale: Float
  private let shift: Float

  init(_ layer: LayerParameter) {
    power = layer.powerParam.power
    scale = layer.powerParam.scale
    shift = layer.powerParam.shift
  }

  var line: (scale: Float, shift: Float)? { power == 1 ? (scale, shift) : nil }

  func value(_ x: Float) -> Float {
    switch power {
    case 0: 1
    case 1: shift + scale * x
    case 2: (shift + scale * x) * (shift + scale * x)
    default: powf(shift + scale * x, power)
    }
  }

  func slope(x: Float, y: Float) -> Float {
    // A constant has no slope even where the power of its base has none.
    if power * scale == 0 { return 0 }
    switch power {
    case 1: return scale
    case 2: return 2 * scale * (shift + scale * x)
    default: return power * scale * powf(shift + scale * x, power - 1)
    }
  }
}

extension Power: ONNXFunction {
  func export(_ x: Tensor, _ layer: ExportedLayer) -> Tensor {
    let base = layer.affine(x, scale: scale, shift: shift)
    return power == 1 ? base : layer("Pow", base, layer.scalar(power))
  }
}
