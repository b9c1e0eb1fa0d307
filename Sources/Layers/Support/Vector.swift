import CaffeProto
import Engine

extension MutableFloatView {
  /// Adds `source`, element by element.
  func add(_ source: FloatView) {
    precondition(source.count == count, "adding \(source.count) floats to \(count)")
    for i in 0..<count { self[i] += source[i] }
  }

  /// Multiplies every element by `factor`.
  func scale(by factor: Float) {
    for i in 0..<count { self[i] *= factor }
  }

  /// Copies as many floats as the view has from `first` on.
  func copy(_ source: Floats, from first: Int) {
    source.withUnsafeBufferPointer { buffer in
      if let base = buffer.baseAddress, count > 0 {
        copy(FloatView(base, count: buffer.count).part(first, count: count))
      }
    }
  }
}
