import CaffeProto
import Engine
import NetModel
import ONNX

/// Copies of the bottom one after the other along an axis (Caffe: `tile_layer.cpp`).
struct Tile: RunnableDescription {
  static let type = "Tile"
  private let axis: Int
  private let tiles: Int

  init(_ layer: LayerParameter, in context: DescriptionContext) throws {
    try layer.refuseInPlace()
    (axis, tiles) = (layer.tileParam.axis, layer.tileParam.tiles)
    guard layer.tileParam.hasTiles, tiles > 0 else {
      throw LayerError.field("tile_param.tiles", "must be given and at least 1")
    }
  }

  let arity = Arity.oneToOne

  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    let axis = try bottom[0].axis(axis, field: "tile_param.axis")
    var dims = bottom[0].dims
    let (extent, overflow) = dims[axis].multipliedReportingOverflow(by: tiles)
    guard !overflow else { throw LayerError.field("tile_param.tiles", "\(tiles) is too many") }
    dims[axis] = extent
    return [try Shape(checking: dims, field: "tile_param.tiles")]
  }

  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    guard (try? bottom[0].canonicalAxis(axis)) == 1 else { return .pointwise(bottom, tops: 1) }
    let channels = bottom[0][1]
    guard channels > 1 else { return ChannelMap([.copies(bottom: 0, top: 0)]) }
    return ChannelMap(
      (0..<tiles).map { tile in
        .carries(bottom: 0, bottomFirst: 0, top: 0, topFirst: tile * channels, count: channels, spread: 1)
      })
  }

  /// A single channel is copied as often as the top now has channels.
  func adapt(_ parameter: inout LayerParameter, bottom: [Shape], top: [Shape]) {
    guard (try? bottom[0].canonicalAxis(axis)) == 1, bottom[0][1] > 0 else { return }
    parameter.tileParam.tiles = top[0][1] / bottom[0][1]
  }

  func constant(_ value: Float, channel: Int, blobs: [[Float]]) -> ConstantFate { .value(value) }

  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer { TileLayer(self, tiles, axis) }
}

extension Tile: ONNXExporting {
  func export(_ layer: ExportedLayer) throws -> [Tensor] {
    let axis = try layer.described.bottomShapes[0].axis(axis, field: "tile_param.axis")
    let repeats = layer.bottomExtents[0].indices.map { $0 == axis ? tiles : 1 }
    return [layer("Tile", layer.bottom[0], layer.numbers(repeats))]
  }
}

/// The running layer, plain.
final class TileLayer: Layer {
  private let description: Tile
  private let tiles: Int
  private let axis: Int
  private var outer = 0
  private var inner = 0

  init(_ description: Tile, _ tiles: Int, _ axis: Int) {
    self.description = description
    self.tiles = tiles
    self.axis = axis
  }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    let shape = bottom[0].shape
    top[0].reshape(try description.topShapes([shape])[0])
    let axis = try shape.canonicalAxis(axis)
    (outer, inner) = (shape.count(from: 0, to: axis), shape.count(from: axis))
  }

  func forward(bottom: [Blob], top: [Blob]) throws {
    let (x, y) = (bottom[0].data, top[0].mutableData)
    for tile in 0..<outer * tiles {
      y.part(tile * inner, count: inner).copy(x.part(tile / tiles * inner, count: inner))
    }
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    guard propagateDown[0] else { return }
    let (dy, dx) = (top[0].diff, bottom[0].mutableDiff)
    dx.fill(0)
    for tile in 0..<outer * tiles {
      dx.part(tile / tiles * inner, count: inner).add(1, times: dy.part(tile * inner, count: inner))
    }
  }
}
