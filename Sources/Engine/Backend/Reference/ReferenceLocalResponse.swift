import Glibc
import NetModel

/// LRN across channels by loops over windows (Caffe: `lrn_layer.cpp`).
final class ReferenceLocalResponse: UnaryOperator {
  private let shape: LocalResponseShape
  private let scale: Blob

  init(_ shape: LocalResponseShape) {
    self.shape = shape
    scale = Blob(shape: shape.shape)
  }

  /// Calls `body` with every element and the elements in its window.
  private func forEachElement(_ body: (_ element: Int, _ window: StrideTo<Int>) -> Void) {
    let (images, channels, plane) = (shape.shape[0], shape.shape[1], shape.shape.count(from: 2))
    let half = (shape.size - 1) / 2
    for n in 0..<images {
      for c in 0..<channels {
        let (first, end) = (max(0, c - half), min(channels, c + half + 1))
        for pixel in 0..<plane {
          let start = n * channels * plane + pixel
          body(start + c * plane, stride(from: start + first * plane, to: start + end * plane, by: plane))
        }
      }
    }
  }

  func forward(bottom: Blob, top: Blob) throws {
    let (x, y, s) = (bottom.data.pointer, top.mutableData.pointer, scale.mutableData.pointer)
    forEachElement { element, window in
      var total: Float = 0
      for other in window { total += x[other] * x[other] }
      s[element] = shape.k + shape.alpha / Float(shape.size) * total
      y[element] = x[element] * powf(s[element], -shape.beta)
    }
  }

  func backward(top: Blob, bottom: Blob) throws {
    let (x, s) = (bottom.data.pointer, scale.data.pointer)
    let (dy, dx) = (top.diff.pointer, bottom.mutableDiff.pointer)
    let factor = 2 * shape.alpha * shape.beta / Float(shape.size)
    forEachElement { element, window in
      var total: Float = 0
      for other in window { total += dy[other] * x[other] * powf(s[other], -shape.beta - 1) }
      dx[element] = dy[element] * powf(s[element], -shape.beta) - factor * x[element] * total
    }
  }
}
