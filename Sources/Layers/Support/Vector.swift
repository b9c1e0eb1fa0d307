import CaffeProto
import Engine

extension MutableFloatView {
  /// Copies as many floats as the view has from `first` on.
  func copy(_ source: Floats, from first: Int) {
    source.withUnsafeBufferPointer { buffer in
      if let base = buffer.baseAddress, count > 0 {
        copy(FloatView(base, count: buffer.count).part(first, count: count))
      }
    }
  }
}
