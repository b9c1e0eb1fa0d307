import CaffeProto
import Engine
import NetModel

/// Means over a grid in each of a list of boxes, where every cell of the grid has channels of its own (R-FCN's Caffe:
/// `psroi_pooling_layer.cu`; Dai et al. 2016).
///
/// Bottoms: images (N, output_dim * group_size^2, H, W) and boxes (R, 5). Top: (R, output_dim,
/// group_size, group_size).
struct PSROIPooling: RegionPooling {
  static let type = "PSROIPooling"
  let outputs: Int
  let cells: Int
  let scale: Float

  init(_ layer: LayerParameter, in context: DescriptionContext) throws {
    let parameter = layer.psroiPoolingParam
    (outputs, cells, scale) = (parameter.outputDim, parameter.groupSize, parameter.spatialScale)
    guard outputs > 0, cells > 0, cells <= 1 << 10 else {
      throw LayerError.field("psroi_pooling_param.output_dim", "and group_size must be given and positive")
    }
    try checkScale(in: "psroi_pooling_param")
  }

  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    try checkRegions(bottom)
    guard bottom[0][1] == outputs * cells * cells else {
      throw LayerError.bottom(
        index: 0, shape: bottom[0],
        "must have output_dim x group_size x group_size = \(outputs * cells * cells) channels")
    }
    return [try Shape(checking: [bottom[1][0], outputs, cells, cells], field: "psroi_pooling_param.output_dim")]
  }

  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    .holdsAll(bottom, "PSROIPooling reads other channels for every cell")
  }

  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer { PSROIPoolingLayer(self) }
}

/// The running layer, plain.
final class PSROIPoolingLayer: Layer {
  private let description: PSROIPooling
  private var (source, target): (Shape, Shape) = ([], [])

  init(_ description: PSROIPooling) { self.description = description }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    source = bottom[0].shape
    target = try description.topShapes(bottom.map(\.shape))[0]
    top[0].reshape(target)
  }

  /// The positions of cell `index` along an axis of a box whose first and last pixels are `first` and `last`.
  private func cell(_ index: Int, from first: Float, to last: Float, extent: Int) -> Range<Int> {
    let (start, end) = (first.rounded() * description.scale, (last.rounded() + 1) * description.scale)
    let size = max(end - start, 0.1) / Float(description.cells)
    let lower = min(max(Int((Float(index) * size + start).rounded(.down)), 0), extent)
    let upper = min(max(Int((Float(index + 1) * size + start).rounded(.up)), 0), extent)
    return lower..<max(lower, upper)
  }

  /// Every element of the top, the plane of the bottom that it is a mean over, and the rows and columns there.
  private func forEachCell(
    _ bottom: [Blob], _ body: (_ index: Int, _ plane: Int, _ rows: Range<Int>, _ columns: Range<Int>) -> Void
  ) throws {
    let cells = description.cells
    var index = 0
    for region in 0..<target[0] {
      let image = try bottom[1].image(ofBox: region, of: source[0])
      let box = bottom[1].data.part(5 * region + 1, count: 4)
      for output in 0..<description.outputs {
        for row in 0..<cells {
          let rows = cell(row, from: box[1], to: box[3], extent: source[2])
          for column in 0..<cells {
            let channel = (output * cells + row) * cells + column
            let plane = (image * source[1] + channel) * source.count(from: 2)
            body(index, plane, rows, cell(column, from: box[0], to: box[2], extent: source[3]))
            index += 1
          }
        }
      }
    }
  }

  func forward(bottom: [Blob], top: [Blob]) throws {
    let (x, y, width) = (bottom[0].data, top[0].mutableData, source[3])
    try forEachCell(bottom) { index, plane, rows, columns in
      var sum: Float = 0
      for r in rows {
        for c in columns { sum += x[plane + r * width + c] }
      }
      y[index] = sum / Float(max(1, rows.count * columns.count))
    }
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) throws {
    if propagateDown[1] { bottom[1].mutableDiff.fill(0) }
    guard propagateDown[0] else { return }
    let (dy, dx, width) = (top[0].diff, bottom[0].mutableDiff, source[3])
    dx.fill(0)
    try forEachCell(bottom) { index, plane, rows, columns in
      let share = dy[index] / Float(max(1, rows.count * columns.count))
      for r in rows {
        for c in columns { dx[plane + r * width + c] += share }
      }
    }
  }
}
