import CaffeProto
import Engine
import NetModel
import ONNX

/// Larger images: every element several times (forks for YOLOv3: `upsample_layer.cpp`), or, with the places of maxima as
/// second bottom, each where its maximum was and zeros elsewhere (SegNet's Caffe: `upsample_layer.cpp`).
struct Upsample: RunnableDescription {
  static let type = "Upsample"
  private let parameter: UpsampleParameter
  private let undoesPooling: Bool

  init(_ layer: LayerParameter, in context: DescriptionContext) throws {
    try layer.refuseInPlace()
    parameter = layer.upsampleParam
    undoesPooling = layer.bottom.count == 2
    guard parameter.hasScaleH == parameter.hasScaleW, !(parameter.hasScale && parameter.hasScaleH) else {
      throw LayerError.field("upsample_param.scale", "is given once, or else by both scale_h and scale_w")
    }
    guard parameter.hasUpsampleH == parameter.hasUpsampleW else {
      throw LayerError.field("upsample_param.upsample_h", "and upsample_w are given together")
    }
    guard undoesPooling || !parameter.hasUpsampleH else {
      throw LayerError.field("upsample_param.upsample_h", "goes with the places of maxima as second bottom only")
    }
    for value in [scale.height, scale.width] where value < 1 || value > 1 << 15 {
      throw LayerError.field("upsample_param.scale", "is \(value), but must be 1 to \(1 << 15)")
    }
  }

  let arity = Arity(bottom: 1...2, top: 1...1)

  /// Factors.
  var scale: (height: Int, width: Int) {
    if parameter.hasScaleH { return (parameter.scaleH, parameter.scaleW) }
    let both = parameter.hasScale ? parameter.scale : undoesPooling ? 2 : 1
    return (both, both)
  }

  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    let shape = bottom[0]
    guard shape.rank == 4 else {
      throw LayerError.bottom(index: 0, shape: shape, "must have 4 axes (num, channels, height, width)")
    }
    guard !undoesPooling || bottom[1] == shape else {
      throw LayerError.bottom(index: 1, shape: bottom[1], "bottom 0 has the shape \(shape): they must be equal")
    }
    var size = [shape[2] * scale.height, shape[3] * scale.width]
    if parameter.hasUpsampleH {
      size = [parameter.upsampleH, parameter.upsampleW]
    } else if undoesPooling {
      size = [size[0] - (parameter.padOutH ? 1 : 0), size[1] - (parameter.padOutW ? 1 : 0)]
    }
    return [try Shape(checking: [shape[0], shape[1]] + size, field: "upsample_param.scale")]
  }

  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap { .pointwise(bottom, tops: 1) }

  func constant(of values: [Float?], channel: Int, blobs: [[Float]]) -> ConstantFate {
    guard let value = values[0] else { return .inexact("the channel is not a constant") }
    return value == 0 || values.count == 1 ? .value(value) : .inexact("Upsample puts zeros between the maxima")
  }

  func allowsBackward(bottom index: Int) -> Bool { index == 0 }

  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer { UpsampleLayer(self) }
}

extension Upsample: ONNXExporting {
  func export(_ layer: ExportedLayer) throws -> [Tensor] {
    guard !undoesPooling else { throw layer.refusal("ONNX counts the places of maxima over the whole batch") }
    return [
      layer.resize(
        layer.bottom[0], to: Array(layer.topExtents[0].suffix(2)), mode: "nearest", coordinates: "asymmetric")
    ]
  }
}

/// The running layer, plain.
final class UpsampleLayer: Layer {
  private let description: Upsample
  private var (source, target): (Shape, Shape) = ([], [])

  init(_ description: Upsample) { self.description = description }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    source = bottom[0].shape
    target = try description.topShapes(bottom.map(\.shape))[0]
    top[0].reshape(target)
  }

  /// Every element of the bottom with the places it has in the top.
  ///
  /// - Throws: `LayerError` where the second bottom holds no place
  private func forEachPlace(_ bottom: [Blob], _ body: (_ from: Int, _ to: Int) -> Void) throws {
    let (size, larger) = (source.count(from: 2), target.count(from: 2))
    if bottom.count == 2 {
      let places = bottom[1].data
      for i in 0..<source.count {
        guard places[i] >= 0, places[i] < Float(larger) else {
          throw LayerError.bottom(
            index: 1, shape: bottom[1].shape, "\(places[i]) is no place in an image of \(target[2]) x \(target[3])")
        }
        body(i, i / size * larger + Int(places[i]))
      }
      return
    }
    let scale = description.scale
    for plane in 0..<source[0] * source[1] {
      for y in 0..<target[2] {
        let row = plane * size + y / scale.height * source[3]
        for x in 0..<target[3] { body(row + x / scale.width, plane * larger + y * target[3] + x) }
      }
    }
  }

  func forward(bottom: [Blob], top: [Blob]) throws {
    let (x, y) = (bottom[0].data, top[0].mutableData)
    if bottom.count == 2 { y.fill(0) }
    try forEachPlace(bottom) { y[$1] = x[$0] }
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    if propagateDown.count > 1, propagateDown[1] { bottom[1].mutableDiff.fill(0) }
    guard propagateDown[0] else { return }
    let (dy, dx) = (top[0].diff, bottom[0].mutableDiff)
    dx.fill(0)
    try forEachPlace(bottom) { dx[$0] += dy[$1] }
  }
}
