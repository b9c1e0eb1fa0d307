import CaffeProto
import Engine
import Glibc
import NetModel
import ONNX

/// Exponentials normalised to sum 1 along an axis (Caffe: softmax_layer.cpp).
struct Softmax: RunnableDescription {
  static let type = "Softmax"
  private let axis: Int

  /// Reads `axis`; `engine` changes no result and is not read.
  init(_ parameter: LayerParameter, in context: DescriptionContext) {
    axis = parameter.softmaxParam.axis
  }

  var arity: Arity { .oneToOne }

  /// The bottom's.
  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    _ = try bottom[0].axis(axis, field: "softmax_param.axis")
    return bottom
  }

  /// Holds where the axis is the channels': each probability depends on all.
  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    guard let axis = try? bottom[0].axis(axis, field: "softmax_param.axis"), axis != 1 else {
      return .holdsAll(bottom, "Softmax: the channels are classes")
    }
    return .pointwise(bottom, tops: 1)
  }

  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer {
    SoftmaxLayer(try bottom[0].axis(axis, field: "softmax_param.axis"))
  }
}

extension Softmax: ONNXExporting {
  func export(_ layer: ExportedLayer) throws -> [Tensor] {
    let axis = try layer.described.bottomShapes[0].axis(axis, field: "softmax_param.axis")
    return [layer("Softmax", layer.bottom[0], attributes: ["axis": .int(axis)])]
  }
}

/// Normalises.
final class SoftmaxLayer: Layer {
  private let axis: Int

  init(_ axis: Int) { self.axis = axis }

  func reshape(bottom: [Blob], top: [Blob]) {
    if top[0] !== bottom[0] { top[0].reshape(bottom[0].shape) }
  }

  func forward(bottom: [Blob], top: [Blob]) {
    softmax(bottom[0].data, top[0].mutableData, AxisRuns(bottom[0].shape, axis: axis))
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) {
    guard propagateDown[0] else { return }
    let runs = AxisRuns(bottom[0].shape, axis: axis)
    let (probability, topDiff, bottomDiff) = (top[0].data, top[0].diff, bottom[0].mutableDiff)
    for outer in 0..<runs.outer {
      for inner in 0..<runs.inner {
        let first = outer * runs.stride + inner
        var dot: Float = 0
        for i in stride(from: first, to: first + runs.stride, by: runs.inner) {
          dot += topDiff[i] * probability[i]
        }
        for i in stride(from: first, to: first + runs.stride, by: runs.inner) {
          bottomDiff[i] = (topDiff[i] - dot) * probability[i]
        }
      }
    }
  }
}

/// Writes the softmax of `source` along the runs' axis to `target`; they may be the same memory.
func softmax(_ source: FloatView, _ target: MutableFloatView, _ runs: AxisRuns) {
  for outer in 0..<runs.outer {
    for inner in 0..<runs.inner {
      let first = outer * runs.stride + inner
      let positions = stride(from: first, to: first + runs.stride, by: runs.inner)
      // The largest exponent is 0, so that nothing overflows.
      var largest = source[first]
      for i in positions { largest = max(largest, source[i]) }
      var sum: Float = 0
      for i in positions {
        let power = exp(source[i] - largest)
        target[i] = power
        sum += power
      }
      for i in positions { target[i] /= sum }
    }
  }
}
