import Base
import Engine
import NetModel

/// Pooling that draws one element of every window, each with a probability in proportion to its value, which must not be
/// negative (Zeiler and Fergus 2013; Caffe: `pooling_layer.cu`, which only GPUs have). In tests it is the mean that these
/// probabilities give. Windows lie inside the image; there is no padding.
final class StochasticPoolingLayer: Layer {
  private let description: Pooling
  private let isTraining: Bool
  private let draws: SampleDraws
  /// For every element of the top, the element of its plane of the bottom that was drawn.
  private var drawn: [Int] = []
  private var windows: [Range<Int>] = []
  private var columns: [Range<Int>] = []

  init(_ description: Pooling, _ context: LayerContext) {
    (self.description, isTraining, draws) = (description, context.phase == .train, SampleDraws(context))
  }

  func layout(ofBottom index: Int, shape: Shape, offered: Layout) -> Layout { .plain }

  var gradientNeeds: GradientNeeds { isTraining ? [] : .bottom }

  func reshape(bottom: [Blob], top: [Blob]) throws {
    let geometry = try description.geometry(bottom[0], training: isTraining)
    top[0].reshape(geometry.top)
    func ranges(_ axis: Int, _ kernel: Int, _ stride: Int) -> [Range<Int>] {
      let extent = bottom[0].shape[axis]
      return (0..<geometry.top[axis]).map { min($0 * stride, extent)..<min($0 * stride + kernel, extent) }
    }
    windows = ranges(2, geometry.kernel.height, geometry.stride.height)
    columns = ranges(3, geometry.kernel.width, geometry.stride.width)
    drawn = [Int](repeating: 0, count: geometry.top.count)
  }

  func forward(bottom: [Blob], top: [Blob]) {
    let (source, target) = (bottom[0].data, top[0].mutableData)
    let (samples, channels) = (bottom[0].shape[0], bottom[0].shape[1])
    draws.forEachSample(of: samples * channels, samples: samples) { planes, random in
      forEachWindow(bottom[0], of: planes) { index, plane, window in
        target[index] = isTraining ? draw(source, plane, window, for: index, random) : mean(source, plane, window)
      }
    }
  }

  func backward(top: [Blob], propagateDown: [Bool], bottom: [Blob]) {
    guard propagateDown[0] else { return }
    let (source, values, target) = (top[0].diff, bottom[0].data, bottom[0].mutableDiff)
    target.fill(0)
    forEachWindow(bottom[0], of: 0..<bottom[0].shape[0] * bottom[0].shape[1]) { index, plane, window in
      if isTraining {
        target[plane + drawn[index]] += source[index]
        return
      }
      let (sum, squares) = sums(values, plane, window)
      guard sum > 0 else { return }
      window.forEach { offset in
        target[plane + offset] += source[index] * (2 * values[plane + offset] * sum - squares) / (sum * sum)
      }
    }
  }

  /// The elements of a window, as offsets in their plane.
  private struct Window {
    let rows: Range<Int>
    let columns: Range<Int>
    let width: Int

    func forEach(_ body: (Int) -> Void) {
      for row in rows { for column in columns { body(row * width + column) } }
    }
  }

  /// Calls `body` with every element of the top that is of some planes, where its plane begins in the bottom, and its
  /// window.
  private func forEachWindow(_ bottom: Blob, of planes: Range<Int>, _ body: (Int, Int, Window) -> Void) {
    let (size, width) = (bottom.shape.count(from: 2), bottom.shape[3])
    var index = planes.lowerBound * windows.count * columns.count
    for plane in planes {
      for rows in windows {
        for columns in columns {
          body(index, plane * size, Window(rows: rows, columns: columns, width: width))
          index += 1
        }
      }
    }
  }

  /// Draws the first element at which the running sum reaches a random part of the whole.
  private func draw(
    _ source: FloatView, _ plane: Int, _ window: Window, for index: Int, _ random: RandomSource
  ) -> Float {
    var sum: Float = 0
    window.forEach { sum += source[plane + $0] }
    let threshold = random.uniform() * sum
    var (running, choice): (Float, Int?) = (0, nil)
    var last = 0
    window.forEach { offset in
      running += source[plane + offset]
      if choice == nil, running >= threshold { choice = offset }
      last = offset
    }
    drawn[index] = choice ?? last
    return source[plane + drawn[index]]
  }

  private func mean(_ source: FloatView, _ plane: Int, _ window: Window) -> Float {
    let (sum, squares) = sums(source, plane, window)
    return sum > 0 ? squares / sum : 0
  }

  private func sums(_ source: FloatView, _ plane: Int, _ window: Window) -> (sum: Float, squares: Float) {
    var (sum, squares): (Float, Float) = (0, 0)
    window.forEach {
      let value = source[plane + $0]
      sum += value
      squares += value * value
    }
    return (sum, squares)
  }
}
