import CaffeProto
import Engine
import NetModel

/// Maxima over a grid in each of a list of boxes (Fast R-CNN's Caffe: `roi_pooling_layer.cpp`; Girshick 2015).
///
/// Bottoms: images (N, C, H, W) and boxes (R, 5). Top: (R, C, pooled_h, pooled_w).
struct ROIPooling: RegionPooling {
  static let type = "ROIPooling"
  let rows: Int
  let columns: Int
  let scale: Float

  init(_ layer: LayerParameter, in context: DescriptionContext) throws {
    let parameter = layer.roiPoolingParam
    (rows, columns, scale) = (parameter.pooledH, parameter.pooledW, parameter.spatialScale)
    guard rows > 0, columns > 0 else {
      throw LayerError.field("roi_pooling_param.pooled_h", "and pooled_w must be given and positive")
    }
    try checkScale(in: "roi_pooling_param")
  }

  func topShapes(_ bottom: [Shape]) throws -> [Shape] {
    try checkRegions(bottom)
    return [try Shape(checking: [bottom[1][0], bottom[0][1], rows, columns], field: "roi_pooling_param.pooled_h")]
  }

  func channelMap(bottom: [Shape], top: [Shape]) -> ChannelMap {
    var map = ChannelMap.pointwise([bottom[0]], tops: 1)
    map.relations.append(.holds(bottom: 1, reason: "ROIPooling reads boxes"))
    return map
  }

  /// Boxes may lie outside of the image, where the maximum is 0.
  func constant(_ value: Float, channel: Int, blobs: [[Float]]) -> ConstantFate {
    value == 0 ? .value(0) : .inexact("boxes may lie outside of the image")
  }

  func makeLayer(_ bottom: [Shape], in context: LayerContext) throws -> any Layer { ROIPoolingLayer(self) }
}

/// The running layer, plain.
final class ROIPoolingLayer: Layer {
  private let description: ROIPooling
  private var (source, target): (Shape, Shape) = ([], [])
  /// Where each maximum was in the bottom; -1 for empty cells.
  private var places: [Int] = []

  init(_ description: ROIPooling) { self.description = description }

  var gradientNeeds: GradientNeeds { [] }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    source = bottom[0].shape
    target = try description.topShapes(bottom.map(\.shape))[0]
    top[0].reshape(target)
    places = [Int](repeating: -1, count: target.count)
  }

  /// The positions of cell `index` along an axis.
  private func cell(_ index: Int, of cells: Int, from start: Int, to end: Int, extent: Int) -> Range<Int> {
    let size = Float(max(end - start + 1, 1)) / Float(cells)
    let first = min(max(Int((Float(index) * size).rounded(.down)) + start, 0), extent)
    let last = min(max(Int((Float(index + 1) * size).rounded(.up)) + start, 0), extent)
    return first..<max(first, last)
  }

  func forward(bottom: [Blob], top: [Blob]) throws {
    let (x, y) = (bottom[0].data, top[0].mutableData)
    let (channels, height, width) = (source[1], source[2], source[3])
    var index = 0
    for region in 0..<target[0] {
      let image = try bottom[1].image(ofBox: region, of: source[0])
      let box = bottom[1].data.part(5 * region + 1, count: 4).map { Int(($0 * description.scale).rounded()) }
      for channel in 0..<channels {
        let plane = (image * channels + channel) * height * width
        for row in 0..<description.rows {
          let rows = cell(row, of: description.rows, from: box[1], to: box[3], extent: height)
          for column in 0..<description.columns {
            let columns = cell(column, of: description.columns, from: box[0], to: box[2], extent: width)
            var (largest, place): (Float, Int) = (0, -1)
            for r in rows {
              for c in columns where place < 0 || x[plane + r * width + c] > largest {
                (largest, place) = (x[plane + r * width + c], plane + r * width + c)
              }
            }
            y[index] = largest
            places[index] = place
            index += 1
          }
        }
      }
    }
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) {
    if propagateDown[1] { bottom[1].mutableDiff.fill(0) }
    guard propagateDown[0] else { return }
    let (dy, dx) = (top[0].diff, bottom[0].mutableDiff)
    dx.fill(0)
    for (index, place) in places.enumerated() where place >= 0 { dx[place] += dy[index] }
  }
}
