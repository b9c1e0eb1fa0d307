import NetModel

/// Pooling by loops over windows (Caffe: `pooling_layer.cpp`).
final class ReferencePooling: PoolingOperator {
  private let shape: PoolingShape
  /// Per top element, where in the bottom's plane its maximum was; -1 for an empty window.
  private var positions: [Int32] = []

  init(_ shape: PoolingShape) { self.shape = shape }

  /// The part of a window inside the image, and its size inside the padded image.
  private struct Window {
    let rows: Range<Int>
    let columns: Range<Int>
    let size: Float
  }

  private func window(_ row: Int, _ column: Int) -> Window {
    func clip(_ index: Int, _ kernel: Int, _ pad: Int, _ stride: Int, _ extent: Int) -> (Range<Int>, Int) {
      let start = index * stride - pad
      let end = min(start + kernel, extent + pad)
      let inside = max(start, 0)
      return (inside..<max(min(end, extent), inside), end - start)
    }
    let (rows, height) = clip(row, shape.kernel.height, shape.pad.height, shape.stride.height, shape.bottom[2])
    let (columns, width) = clip(column, shape.kernel.width, shape.pad.width, shape.stride.width, shape.bottom[3])
    return Window(rows: rows, columns: columns, size: Float(height * width))
  }

  /// Calls `body` with every top element, the start of its bottom plane, and its window.
  private func forEachWindow(_ body: (_ top: Int, _ plane: Int, Window) -> Void) {
    let planes = shape.top[0] * shape.top[1]
    let (height, width) = (shape.top[2], shape.top[3])
    for row in 0..<height {
      for column in 0..<width {
        let window = window(row, column)
        for plane in 0..<planes {
          body((plane * height + row) * width + column, plane * shape.bottom[2] * shape.bottom[3], window)
        }
      }
    }
  }

  func forward(bottom: Blob, top: Blob) throws {
    let (x, y, stride) = (bottom.data.pointer, top.mutableData.pointer, shape.bottom[3])
    if shape.method == .average {
      forEachWindow { element, plane, window in
        var total: Float = 0
        for row in window.rows { for column in window.columns { total += x[plane + row * stride + column] } }
        y[element] = total / window.size
      }
      return
    }
    positions = [Int32](repeating: -1, count: shape.top.count)
    forEachWindow { element, plane, window in
      var best = -Float.greatestFiniteMagnitude
      for row in window.rows {
        for column in window.columns where x[plane + row * stride + column] > best {
          best = x[plane + row * stride + column]
          positions[element] = Int32(row * stride + column)
        }
      }
      y[element] = best
    }
  }

  func backward(top: Blob, bottom: Blob) throws {
    bottom.mutableDiff.fill(0)
    let (dy, dx, stride) = (top.diff.pointer, bottom.mutableDiff.pointer, shape.bottom[3])
    forEachWindow { element, plane, window in
      if shape.method == .max {
        if positions[element] >= 0 { dx[plane + Int(positions[element])] += dy[element] }
        return
      }
      let share = dy[element] / window.size
      for row in window.rows { for column in window.columns { dx[plane + row * stride + column] += share } }
    }
  }

  func maximumPositions(top: Blob) throws -> [Float]? {
    shape.method == .max ? positions.map(Float.init) : nil
  }
}
