import CaffeProto
import Engine
import NetModel
import ONNX

/// Spatial pyramid pooling (Caffe: `spp_layer.cpp`; He et al. 2014): poolings into 1, 2 x 2, 4 x 4... bins, flattened and
/// concatenated to (N, C x bins). A pyramid of height 1 stays (N, C, 1, 1).
struct SPP: RunnableDescription {
  static let type = "SPP"
  private let height: Int
  private let method: PoolingParameter.PoolMethod
  private let context: DescriptionContext

  init(_ layer: LayerParameter, in context: DescriptionContext) throws {
    try layer.refuseInPlace()
    self.context = context
    height = layer.sppParam.pyramidHeight
    // 2^30 bins along an axis is already more than any image has.
    guard height >= 1, height <= 30 else {
      throw LayerError.field("spp_param.pyramid_height", "is \(height), but must be 1 to 30")
    }
    switch layer.sppParam.pool {
    case .max: method = .max
    case .ave: method = .ave
    case .stochastic: method = .stochastic
    }
  }

  let arity = Arity.oneToOne

  /// The poolings, coarse to fine.
  func levels(_ shape: Shape) throws -> [Pooling] {
    guard shape.rank == 4, shape[2] > 0, shape[3] > 0 else {
      throw LayerError.bottom(index: 0, shape: shape, "must have 4 axes (num, channels, height, width)")
    }
    return try (0..<height).map { level in
      let bins = 1 << level
      // The smallest window with which the bins cover the image, and the padding that centres them.
      let (tall, wide) = ((shape[2] + bins - 1) / bins, (shape[3] + bins - 1) / bins)
      var layer = LayerParameter()
      layer.bottom = ["bottom"]
      layer.top = ["top"]
      layer.poolingParam.pool = method
      layer.poolingParam.kernelH = tall
      layer.poolingParam.kernelW = wide
      layer.poolingParam.strideH = tall
      layer.poolingParam.strideW = wide
      layer.poolingParam.padH = (tall * bins - shape[2] + 1) / 2
      layer.poolingParam.padW = (wide * bins - shape[3] + 1) / 2
      do { return try Pooling(layer, in: context) } catch let error as LayerError {
        throw LayerError.field("spp_param.pyramid_height", "level \(level) does not fit \(shape): \(error)")
      }
    }
  }

  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    let tops = try levels(bottom[0]).map { try $0.topShapes(bottom)[0] }
    guard tops.count > 1 else { return tops }
    return [try Shape(checking: [bottom[0][0], tops.reduce(0) { $0 + $1.count(from: 1) }])]
  }

  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    guard height > 1, let tops = try? levels(bottom[0]).map({ try $0.topShapes(bottom)[0] }) else {
      return .pointwise(bottom, tops: 1)
    }
    var first = 0
    return ChannelMap(
      tops.map { shape in
        defer { first += shape.count(from: 1) }
        return .carries(
          bottom: 0, bottomFirst: 0, top: 0, topFirst: first, count: shape[1], spread: shape.count(from: 2))
      })
  }

  func constant(_ value: Float, channel: Int, blobs: [[Float]]) -> ConstantFate {
    value == 0 || method == .max ? .value(value) : .inexact("average pooling counts its zero padding")
  }

  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer { SPPLayer(self, context) }
}

extension SPP: ONNXExporting {
  func export(_ layer: ExportedLayer) throws -> [Tensor] {
    let levels = try levels(layer.described.bottomShapes[0]).map { try $0.export(layer.bottom[0], layer)[0] }
    guard levels.count > 1 else { return levels }
    return layer.node(
      "Concat", levels.map { layer("Flatten", $0, attributes: ["axis": .int(1)]) }, attributes: ["axis": .int(1)])
  }
}

/// The running layer, plain.
final class SPPLayer: Layer {
  private let description: SPP
  private let context: LayerContext
  private var levels: [Level] = []

  /// One pooling with what it reads and writes; its bottom shares the elements of the layer's.
  private struct Level {
    let pooling: any Layer
    let bottom = Blob()
    let top = Blob()
  }

  init(_ description: SPP, _ context: LayerContext) {
    self.description = description
    self.context = context
  }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    let shape = bottom[0].shape
    top[0].reshape(try description.topShapes([shape])[0])
    levels = try description.levels(shape).map { pooling in
      let level = Level(pooling: try pooling.makeLayer([shape], in: context))
      level.bottom.reshape(shape)
      level.bottom.shareData(with: bottom[0])
      try level.pooling.reshape(bottom: [level.bottom], top: [level.top])
      return level
    }
  }

  func forward(bottom: [Blob], top: [Blob]) throws {
    for level in levels { try level.pooling.forward(bottom: [level.bottom], top: [level.top]) }
    forEachRow(top[0].mutableData) { row, level, range in
      row.copy(level.top.data.part(range, count: row.count))
    }
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    guard propagateDown[0] else { return }
    forEachRow(top[0].mutableDiff) { row, level, range in
      level.top.mutableDiff.part(range, count: row.count).copy(row.readOnly)
    }
    let dx = bottom[0].mutableDiff
    dx.fill(0)
    for level in levels {
      try level.pooling.backward(top: [level.top], propagateDown: [true], bottom: [level.bottom])
      dx.add(1, times: level.bottom.diff)
    }
  }

  /// Every image's part of every level, in the order of the top; the third argument is where it begins in the level.
  private func forEachRow(_ whole: MutableFloatView, _ body: (MutableFloatView, Level, Int) -> Void) {
    var start = 0
    for image in 0..<(levels.first?.top.shape[0] ?? 0) {
      for level in levels {
        let count = level.top.shape.count(from: 1)
        body(whole.part(start, count: count), level, image * count)
        start += count
      }
    }
  }
}
