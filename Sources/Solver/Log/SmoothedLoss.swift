/// The mean of the last losses, for display (Caffe: `UpdateSmoothedLoss`).
struct SmoothedLoss {
  private let window: Int
  private var losses: [Float] = []
  private var oldest = 0
  /// The mean of at most `window` losses.
  private(set) var value: Float = 0

  init(window: Int) { self.window = window }

  mutating func add(_ loss: Float) {
    if losses.count < window {
      losses.append(loss)
      let count = Float(losses.count)
      value = (value * (count - 1) + loss) / count
    } else {
      value += (loss - losses[oldest]) / Float(window)
      losses[oldest] = loss
      oldest = (oldest + 1) % window
    }
  }
}
