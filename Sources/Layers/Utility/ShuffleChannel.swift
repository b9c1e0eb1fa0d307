import CaffeProto
import Engine
import NetModel
import ONNX

/// Channels that lie in `group` groups, one of every group after the other (forks for ShuffleNet:
/// `shuffle_channel_layer.cpp`; Zhang et al. 2017).
struct ShuffleChannel: RunnableDescription {
  static let type = "ShuffleChannel"
  let group: Int

  init(_ parameter: LayerParameter, in context: DescriptionContext) throws {
    try parameter.refuseInPlace()
    group = parameter.shuffleChannelParam.group
    guard group >= 1 else { throw LayerError.field("shuffle_channel_param.group", "must be at least 1") }
  }

  let arity = Arity.oneToOne

  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    guard bottom[0].rank >= 2, bottom[0][1] % group == 0 else {
      throw LayerError.bottom(
        index: 0, shape: bottom[0], "its channels cannot be shared out among \(group) groups")
    }
    return bottom
  }

  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap { .shuffle(bottom[0][1], groups: group) }

  /// Of the channels that go together, in the order of the groups, only one is this one.
  func constant(of values: [Float?], channel: Int, blobs: [[Float]]) -> ConstantFate {
    guard values.count == group, let value = values[channel % group] else {
      return .inexact("the channel is not a constant")
    }
    return .value(value)
  }

  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer { ShuffleChannelLayer(group) }
}

extension ShuffleChannel: ONNXExporting {
  func export(_ layer: ExportedLayer) throws -> [Tensor] {
    let extents = layer.bottomExtents[0]
    let blocks = try layer.reshape(
      layer.bottom[0], to: [extents[0], group, extents[1] / group] + extents.dropFirst(2))
    let axes = [0, 2, 1] + Array(3..<extents.count + 1)
    return [try layer.reshape(layer("Transpose", blocks, attributes: ["perm": .ints(axes)]), to: extents)]
  }
}

/// The running layer, plain.
final class ShuffleChannelLayer: Layer {
  private let group: Int
  private var shape: Shape = []

  init(_ group: Int) { self.group = group }

  var gradientNeeds: GradientNeeds { [] }

  func reshape(bottom: [Blob], top: [Blob]) {
    shape = bottom[0].shape
    top[0].reshape(shape)
  }

  /// Every plane's place in the bottom and in the top.
  private func forEachPlane(_ body: (_ bottom: Int, _ top: Int, _ size: Int) -> Void) {
    let (each, size) = (shape[1] / group, shape.count(from: 2))
    for image in 0..<shape[0] {
      for channel in 0..<shape[1] {
        let shuffled = channel % each * group + channel / each
        body((image * shape[1] + channel) * size, (image * shape[1] + shuffled) * size, size)
      }
    }
  }

  func forward(bottom: [Blob], top: [Blob]) {
    let (x, y) = (bottom[0].data, top[0].mutableData)
    forEachPlane { y.part($1, count: $2).copy(x.part($0, count: $2)) }
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) {
    guard propagateDown[0] else { return }
    let (dy, dx) = (top[0].diff, bottom[0].mutableDiff)
    forEachPlane { dx.part($0, count: $2).copy(dy.part($1, count: $2)) }
  }
}
