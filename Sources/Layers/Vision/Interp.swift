import CaffeProto
import Engine
import NetModel
import ONNX

/// Bilinear interpolation that keeps the corners (DeepLab's and PSPNet's Caffe: `interp_layer.cpp`).
///
/// The size is given, or it is that of a second bottom, or it follows from `zoom_factor` z and `shrink_factor` s: H
/// becomes h = (H - 1) / s + 1, and then h + (h - 1) (z - 1). Negative paddings first cut off rows and columns.
struct Interp: RunnableDescription {
  static let type = "Interp"
  private let parameter: InterpParameter

  init(_ layer: LayerParameter, in context: DescriptionContext) throws {
    try layer.refuseInPlace()
    parameter = layer.interpParam
    guard parameter.padBeg <= 0, parameter.padEnd <= 0 else {
      throw LayerError.field("interp_param.pad_beg", "and pad_end must not be positive")
    }
    guard parameter.zoomFactor >= 1, parameter.shrinkFactor >= 1 else {
      throw LayerError.field("interp_param.zoom_factor", "and shrink_factor must be at least 1")
    }
    let isGiven = parameter.hasHeight && parameter.hasWidth && parameter.height > 0 && parameter.width > 0
    guard isGiven || parameter.hasZoomFactor || parameter.hasShrinkFactor || layer.bottom.count == 2 else {
      throw LayerError.field(
        "interp_param", "needs height and width, zoom_factor or shrink_factor, or a second bottom of the wanted size")
    }
  }

  let arity = Arity(bottom: 1...2, top: 1...1)

  /// First row and column that are not cut off.
  var cut: Int { -parameter.padBeg }

  /// What is left along an axis of the bottom.
  func extent(_ extent: Int) -> Int { extent + parameter.padBeg + parameter.padEnd }

  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    let shape = bottom[0]
    guard shape.rank == 4, extent(shape[2]) > 0, extent(shape[3]) > 0 else {
      throw LayerError.bottom(
        index: 0, shape: shape, "must be (num, channels, height, width), with something left behind the padding")
    }
    let size: [Int]
    if bottom.count == 2 {
      guard bottom[1].rank == 4 else { throw LayerError.bottom(index: 1, shape: bottom[1], "must have 4 axes") }
      size = [bottom[1][2], bottom[1][3]]
    } else if parameter.hasZoomFactor || parameter.hasShrinkFactor {
      size = [shape[2], shape[3]].map {
        let steps = (extent($0) - 1) / parameter.shrinkFactor
        return steps * parameter.zoomFactor + 1
      }
    } else {
      size = [parameter.height, parameter.width]
    }
    return [try Shape(checking: [shape[0], shape[1]] + size, field: "interp_param")]
  }

  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap { .pointwise([bottom[0]], tops: 1) }

  func constant(_ value: Float, channel: Int, blobs: [[Float]]) -> ConstantFate { .value(value) }

  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer { InterpLayer(self) }
}

extension Interp: ONNXExporting {
  func export(_ layer: ExportedLayer) throws -> [Tensor] {
    var x = layer.bottom[0]
    let image = Array(layer.bottomExtents[0].suffix(2))
    let rest = image.map(extent)
    if rest != image {
      let ends = rest.map { cut + $0 }
      x = layer("Slice", x, layer.numbers([cut, cut]), layer.numbers(ends), layer.numbers([2, 3]))
    }
    let size = Array(layer.topExtents[0].suffix(2))
    return [size == rest ? x : layer.resize(x, to: size, mode: "linear", coordinates: "align_corners")]
  }
}

/// The running layer, plain.
final class InterpLayer: Layer {
  private let description: Interp
  private var (planes, height, width) = (0, 0, 0)
  private var (rows, columns): ([Weighted], [Weighted]) = ([], [])

  /// Two neighbours, and how much of the second one is taken.
  private struct Weighted {
    let first: Int
    let second: Int
    let share: Float
  }

  init(_ description: Interp) { self.description = description }

  var gradientNeeds: GradientNeeds { [] }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    let shape = bottom[0].shape
    let target = try description.topShapes(bottom.map(\.shape))[0]
    top[0].reshape(target)
    (planes, height, width) = (shape[0] * shape[1], shape[2], shape[3])
    rows = neighbours(description.extent(height), target[2])
    columns = neighbours(description.extent(width), target[3])
  }

  private func neighbours(_ source: Int, _ target: Int) -> [Weighted] {
    let step = target > 1 ? Float(source - 1) / Float(target - 1) : 0
    return (0..<target).map { position in
      let place = step * Float(position)
      let first = min(Int(place), source - 1)
      return Weighted(
        first: description.cut + first, second: description.cut + min(first + 1, source - 1),
        share: place - Float(first))
    }
  }

  func forward(bottom: [Blob], top: [Blob]) {
    let (x, y) = (bottom[0].data, top[0].mutableData)
    for plane in 0..<planes {
      let (source, target) = (plane * height * width, plane * rows.count * columns.count)
      for (r, row) in rows.enumerated() {
        let (upper, lower) = (source + row.first * width, source + row.second * width)
        for (c, column) in columns.enumerated() {
          let above = (1 - column.share) * x[upper + column.first] + column.share * x[upper + column.second]
          let below = (1 - column.share) * x[lower + column.first] + column.share * x[lower + column.second]
          y[target + r * columns.count + c] = (1 - row.share) * above + row.share * below
        }
      }
    }
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) {
    if propagateDown.count > 1, propagateDown[1] { bottom[1].mutableDiff.fill(0) }
    guard propagateDown[0] else { return }
    let (dy, dx) = (top[0].diff, bottom[0].mutableDiff)
    dx.fill(0)
    for plane in 0..<planes {
      let (source, target) = (plane * height * width, plane * rows.count * columns.count)
      for (r, row) in rows.enumerated() {
        let (upper, lower) = (source + row.first * width, source + row.second * width)
        for (c, column) in columns.enumerated() {
          let gradient = dy[target + r * columns.count + c]
          dx[upper + column.first] += (1 - row.share) * (1 - column.share) * gradient
          dx[upper + column.second] += (1 - row.share) * column.share * gradient
          dx[lower + column.first] += row.share * (1 - column.share) * gradient
          dx[lower + column.second] += row.share * column.share * gradient
        }
      }
    }
  }
}
