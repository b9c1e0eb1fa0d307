import CaffeProto
import Engine
import NetModel
import ONNX

/// Blocks of `stride` x `stride` positions as channels, or with `reverse` channels as positions, in Darknet's order (forks
/// for YOLOv2: `reorg_layer.cpp`).
///
/// Darknet computes places as if the bottom were (C / stride^2, H stride, W stride), so images are not kept together as
/// one would expect.
struct Reorg: RunnableDescription {
  static let type = "Reorg"
  let stride: Int
  let reverse: Bool

  init(_ parameter: LayerParameter, in context: DescriptionContext) throws {
    try parameter.refuseInPlace()
    (stride, reverse) = (parameter.reorgParam.stride, parameter.reorgParam.reverse)
    guard stride >= 1, stride <= 1 << 15 else {
      throw LayerError.field("reorg_param.stride", "is \(stride), but must be given, as 1 to \(1 << 15)")
    }
  }

  let arity = Arity.oneToOne

  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    let shape = bottom[0]
    let block = stride * stride
    guard shape.rank == 4, shape[1] % block == 0, reverse || shape[2] % stride == 0 && shape[3] % stride == 0 else {
      throw LayerError.bottom(
        index: 0, shape: shape,
        "must be (num, channels, height, width), with channels a multiple of \(block)"
          + (reverse ? "" : ", height and width of \(stride)"))
    }
    let dims =
      reverse
      ? [shape[0], shape[1] / block, shape[2] * stride, shape[3] * stride]
      : [shape[0], shape[1] * block, shape[2] / stride, shape[3] / stride]
    return [try Shape(checking: dims, field: "reorg_param.stride")]
  }

  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    .holdsAll(bottom, "Reorg mixes channels and positions")
  }

  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer { ReorgLayer(self) }
}

extension Reorg: ONNXExporting {
  /// The bottom's elements as (C / stride^2, H, stride, W, stride), in the order in which the top wants them.
  func export(_ layer: ExportedLayer) throws -> [Tensor] {
    let extents = layer.bottomExtents[0]
    let fewer = extents[1] / (stride * stride)
    let parts =
      reverse
      ? [stride, stride, fewer, extents[2], extents[3]]
      // What counts is the order in memory, whatever H and W are.
      : [fewer, extents[2], stride, extents[3], stride]
    let axes = reverse ? [0, 3, 4, 1, 5, 2] : [0, 3, 5, 1, 2, 4]
    let blocks = try layer.reshape(layer.bottom[0], to: [extents[0]] + parts)
    return [try layer.reshape(layer("Transpose", blocks, attributes: ["perm": .ints(axes)]), to: layer.topExtents[0])]
  }
}

/// The running layer, plain.
final class ReorgLayer: Layer {
  private let description: Reorg
  /// For every element of the bottom in turn, the element that it changes places with.
  private var places: [Int] = []

  init(_ description: Reorg) { self.description = description }

  var gradientNeeds: GradientNeeds { [] }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    let (shape, stride) = (bottom[0].shape, description.stride)
    top[0].reshape(try description.topShapes([shape])[0])
    let (channels, height, width) = (shape[1], shape[2], shape[3])
    let fewer = channels / (stride * stride)
    places = []
    places.reserveCapacity(shape.count)
    for image in 0..<shape[0] {
      for channel in 0..<channels {
        let (source, offset) = (channel % fewer, channel / fewer)
        for y in 0..<height {
          let row = (image * fewer + source) * height * stride + y * stride + offset / stride
          for x in 0..<width { places.append(row * width * stride + x * stride + offset % stride) }
        }
      }
    }
  }

  func forward(bottom: [Blob], top: [Blob]) {
    let (x, y) = (bottom[0].data, top[0].mutableData)
    if description.reverse {
      for (i, place) in places.enumerated() { y[place] = x[i] }
    } else {
      for (i, place) in places.enumerated() { y[i] = x[place] }
    }
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) {
    guard propagateDown[0] else { return }
    let (dy, dx) = (top[0].diff, bottom[0].mutableDiff)
    if description.reverse {
      for (i, place) in places.enumerated() { dx[i] = dy[place] }
    } else {
      for (i, place) in places.enumerated() { dx[place] = dy[i] }
    }
  }
}
