import CaffeProto
import Engine
import NetModel
import ONNX

/// Normalisation of every image's channel, or of the whole image with `across_channels`, to mean 0 and, with
/// `normalize_variance`, deviation 1 (Caffe: `mvn_layer.cpp`). `eps` is added to the deviation.
struct MVN: RunnableDescription {
  static let type = "MVN"
  private let parameter: MVNParameter

  init(_ layer: LayerParameter, in context: DescriptionContext) throws { parameter = layer.mvnParam }

  let arity = Arity.oneToOne

  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    guard bottom[0].rank > 0, bottom[0].count > 0 else {
      throw LayerError.bottom(index: 0, shape: bottom[0], "has no elements to take a mean of")
    }
    return bottom
  }

  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    var map = ChannelMap.pointwise(bottom, tops: 1)
    if parameter.acrossChannels {
      map.relations.append(.holds(bottom: 0, reason: "MVN across channels takes the mean over all of them"))
    }
    return map
  }

  func constant(_ value: Float, channel: Int, blobs: [[Float]]) -> ConstantFate {
    if parameter.acrossChannels { return .inexact("MVN across channels takes the mean over all of them") }
    return value == 0 || !parameter.normalizeVariance
      ? .value(0) : .inexact("MVN divides a constant's rounding errors by their own deviation")
  }

  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer { MVNLayer(parameter) }
}

extension MVN: ONNXExporting {
  func export(_ layer: ExportedLayer) -> [Tensor] {
    let x = layer.bottom[0]
    let first = parameter.acrossChannels ? 1 : 2
    let axes = layer.bottomExtents[0].indices.filter { $0 >= first }
    // Without axes every element is its own mean, but to ONNX no axes mean all.
    guard !axes.isEmpty else { return [layer("Sub", x, x)] }
    let centred = layer("Sub", x, layer("ReduceMean", x, attributes: ["axes": .ints(axes)]))
    guard parameter.normalizeVariance else { return [centred] }
    let variance = layer("ReduceMean", layer("Mul", centred, centred), attributes: ["axes": .ints(axes)])
    return [layer("Div", centred, layer.affine(layer("Sqrt", variance), scale: 1, shift: parameter.eps))]
  }
}

/// The running layer, plain, in place if asked.
final class MVNLayer: Layer {
  private let parameter: MVNParameter
  private var groups = 0
  private var size = 0
  /// Deviation plus eps, per group.
  private let deviation = Blob()
  /// The output as the gradient needs it: a layer behind may work in place and change the top.
  private let output = Blob()

  init(_ parameter: MVNParameter) { self.parameter = parameter }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    let shape = bottom[0].shape
    top[0].reshape(shape)
    output.reshape(shape)
    groups = parameter.acrossChannels ? shape[0] : shape[0] * shape.legacy(1)
    size = shape.count / max(1, groups)
    deviation.reshape([groups])
  }

  func forward(bottom: [Blob], top: [Blob]) throws {
    for group in 0..<groups {
      let x = bottom[0].data.part(group * size, count: size)
      let y = output.mutableData.part(group * size, count: size)
      let mean = sum(size) { x[$0] } / Float(size)
      map(x, y) { $0 - mean }
      guard parameter.normalizeVariance else { continue }
      let scale = (sum(size) { y[$0] * y[$0] } / Float(size)).squareRoot() + parameter.eps
      deviation.mutableData[group] = scale
      map(y.readOnly, y) { $0 / scale }
    }
    top[0].mutableData.copy(output.data)
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    guard propagateDown[0] else { return }
    for group in 0..<groups {
      let y = output.data.part(group * size, count: size)
      let dy = top[0].diff.part(group * size, count: size)
      let dx = bottom[0].mutableDiff.part(group * size, count: size)
      let mean = sum(size) { dy[$0] } / Float(size)
      if parameter.normalizeVariance {
        let (scale, along) = (deviation.data[group], sum(size) { dy[$0] * y[$0] } / Float(size))
        map(y, dy, dx) { y, dy in (dy - mean - y * along) / scale }
      } else {
        map(dy, dx) { $0 - mean }
      }
    }
  }
}
