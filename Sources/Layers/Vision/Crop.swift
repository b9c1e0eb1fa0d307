import CaffeProto
import Engine
import NetModel
import ONNX

/// A part of bottom 0 with the extents of bottom 1, whose elements do not matter, along the axes from `axis` on (Caffe:
/// `crop_layer.cpp`).
struct Crop: RunnableDescription {
  static let type = "Crop"
  private let axis: Int
  private let offset: [Int]

  init(_ layer: LayerParameter, in context: DescriptionContext) throws {
    try layer.refuseInPlace()
    (axis, offset) = (layer.cropParam.axis, layer.cropParam.offset)
  }

  let arity = Arity(bottom: 2...2, top: 1...1)

  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    let (whole, model, first) = (bottom[0], bottom[1], try offsets(bottom[0]))
    let axis = try whole.axis(axis, field: "crop_param.axis")
    guard model.rank >= whole.rank else {
      throw LayerError.bottom(index: 1, shape: model, "has fewer axes than bottom 0 (\(whole))")
    }
    for i in axis..<whole.rank where whole[i] - first[i] < model[i] {
      throw LayerError.bottom(
        index: 1, shape: model, "\(model[i]) positions from \(first[i]) on exceed axis \(i) of bottom 0 (\(whole))")
    }
    return [Shape(Array(whole.dims[..<axis] + model.dims[axis..<whole.rank]))]
  }

  /// The first position of the part along every axis.
  func offsets(_ whole: Shape) throws -> [Int] {
    let axis = try whole.axis(axis, field: "crop_param.axis")
    guard offset.count <= 1 || offset.count == whole.rank - axis else {
      throw LayerError.field(
        "crop_param.offset", "must be given once or once per cropped axis: \(offset.count) for \(whole.rank - axis)")
    }
    return (0..<whole.rank).map { i in
      i < axis || offset.isEmpty ? 0 : offset.count == 1 ? offset[0] : offset[i - axis]
    }
  }

  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    guard let axis = try? bottom[0].canonicalAxis(axis), axis > 1 else {
      return .holdsAll(bottom, "the crop cuts channels off")
    }
    return .pointwise([bottom[0]], tops: 1)
  }

  func constant(_ value: Float, channel: Int, blobs: [[Float]]) -> ConstantFate { .value(value) }

  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer { CropLayer(self) }
}

extension Crop: ONNXExporting {
  func export(_ layer: ExportedLayer) throws -> [Tensor] {
    let first = try offsets(layer.described.bottomShapes[0])
    let (whole, part) = (layer.described.bottomShapes[0], layer.described.topShapes[0])
    let axes = part.dims.indices.filter { first[$0] != 0 || part[$0] != whole[$0] }
    guard !axes.isEmpty else { return [layer.bottom[0]] }
    guard !axes.contains(where: { layer.topExtents[0][$0] == -1 }) else {
      throw ExportError.batch(layer: layer.name, "it cuts the batch")
    }
    return [
      layer(
        "Slice", layer.bottom[0], layer.numbers(axes.map { first[$0] }),
        layer.numbers(axes.map { first[$0] + part[$0] }),
        layer.numbers(axes))
    ]
  }
}

/// The running layer, plain.
final class CropLayer: Layer {
  private let description: Crop
  /// Where each innermost row of the top begins in the bottom.
  private var rows: [Int] = []
  private var width = 0

  init(_ description: Crop) { self.description = description }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    let whole = bottom[0].shape
    let part = try description.topShapes(bottom.map(\.shape))[0]
    let first = try description.offsets(whole)
    top[0].reshape(part)
    width = part.dims.last ?? 1
    // Row-major: each axis multiplies the rows of the axes before it.
    rows = [0]
    for axis in 0..<whole.rank {
      let positions = axis == whole.rank - 1 ? 1 : part[axis]
      rows = rows.flatMap { row in (0..<positions).map { row * whole[axis] + first[axis] + $0 } }
    }
  }

  func forward(bottom: [Blob], top: [Blob]) throws {
    let (x, y) = (bottom[0].data, top[0].mutableData)
    for (row, start) in rows.enumerated() {
      y.part(row * width, count: width).copy(x.part(start, count: width))
    }
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    if propagateDown[1] { bottom[1].mutableDiff.fill(0) }
    guard propagateDown[0] else { return }
    let (dy, dx) = (top[0].diff, bottom[0].mutableDiff)
    dx.fill(0)
    for (row, start) in rows.enumerated() {
      dx.part(start, count: width).copy(dy.part(row * width, count: width))
    }
  }
}
