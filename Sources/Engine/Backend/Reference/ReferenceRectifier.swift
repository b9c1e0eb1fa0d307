/// A rectifier by a loop (Caffe: `relu_layer.cpp`).
final class ReferenceRectifier: UnaryOperator {
  private let slope: Float

  init(slope: Float) { self.slope = slope }

  func forward(bottom: Blob, top: Blob) throws {
    let (x, y) = (bottom.data.pointer, top.mutableData.pointer)
    for i in 0..<bottom.count { y[i] = max(x[i], 0) + slope * min(x[i], 0) }
  }

  func backward(top: Blob, bottom: Blob) throws {
    let (x, dy, dx) = (bottom.data.pointer, top.diff.pointer, bottom.mutableDiff.pointer)
    for i in 0..<bottom.count { dx[i] = dy[i] * (x[i] > 0 ? 1 : slope) }
  }
}
