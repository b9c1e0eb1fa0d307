import CaffeProto
import NetModel
import ONNX

/// x, but no less than `min` and no more than `max` (Caffe: `clip_layer.cpp`).
struct Clip: PointwiseFunction {
  static let type = "Clip"
  static let slopeNeedsInput = true
  private let least: Float
  private let greatest: Float

  init(_ layer: LayerParameter) throws {
    guard layer.clipParam.hasMin, layer.clipParam.hasMax else {
      throw LayerError.field("clip_param", "needs min and max")
    }
    guard layer.clipParam.min <= layer.clipParam.max else {
      throw LayerError.field("clip_param.min", "\(layer.clipParam.min) is more than max, \(layer.clipParam.max)")
    }
    least = layer.clipParam.min
    greatest = layer.clipParam.max
  }

  func value(_ x: Float) -> Float { max(least, min(x, greatest)) }
  func slope(x: Float, y: Float) -> Float { x >= least && x <= greatest ? 1 : 0 }
}

extension Clip: ONNXFunction {
  func export(_ x: Tensor, _ layer: ExportedLayer) -> Tensor {
    layer("Clip", x, layer.scalar(least), layer.scalar(greatest))
  }
}
