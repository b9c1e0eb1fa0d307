import Engine
import NetModel

/// Every window of an image's channel as columns, over any number of axes (Caffe: `im2col.cpp`): kernel positions
/// outermost, then window positions, both row-major.
struct Columns {
  /// The floats of a channel.
  let plane: Int
  /// The number of windows.
  let positions: Int
  /// Where each float of a channel's columns comes from in the channel; -1 in the padding.
  private let sources: [Int]

  /// - Parameters:
  ///   - image: the extents of the axes that the window slides over
  ///   - positions: the number of windows along each of them
  init(_ window: Window, image: [Int], positions: [Int]) {
    plane = image.reduce(1, *)
    self.positions = positions.reduce(1, *)
    var sources: [Int] = []
    for kernel in tuples(below: window.kernel) {
      for position in tuples(below: positions) {
        var source = 0
        for i in image.indices {
          let at = position[i] * window.stride[i] - window.pad[i] + kernel[i] * window.dilation[i]
          guard at >= 0, at < image[i] else {
            source = -1
            break
          }
          source = source * image[i] + at
        }
        sources.append(source)
      }
    }
    self.sources = sources
  }

  /// The floats of a channel's columns.
  var size: Int { sources.count }

  /// Lays out the windows of as many channels as the arrays hold.
  func gather(_ image: FloatView, to columns: MutableFloatView) {
    for channel in 0..<columns.count / max(1, size) {
      let (x, y) = (image.part(channel * plane, count: plane), columns.part(channel * size, count: size))
      for (at, source) in sources.enumerated() { y[at] = source < 0 ? 0 : x[source] }
    }
  }

  /// Adds every float of the columns to where it came from.
  func scatter(_ columns: FloatView, addingTo image: MutableFloatView) {
    for channel in 0..<columns.count / max(1, size) {
      let (x, y) = (image.part(channel * plane, count: plane), columns.part(channel * size, count: size))
      for (at, source) in sources.enumerated() where source >= 0 { x[source] += y[at] }
    }
  }
}

/// All index tuples below `extents`, the last index fastest.
private func tuples(below extents: [Int]) -> [[Int]] {
  extents.reduce([[]]) { tuples, extent in tuples.flatMap { tuple in (0..<extent).map { tuple + [$0] } } }
}
