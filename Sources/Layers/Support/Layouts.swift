import Engine
import NetModel

extension Backend {
  /// For layers that work in any layout: the offered one where this backend speaks it.
  func accepted(_ offered: Layout) -> Layout { layouts.contains(offered) ? offered : .plain }
}

extension Blob {
  /// Sets the channels of this blob's data or gradient that only fill a block to zero, as everyone expects them.
  func clearPadding(_ view: MutableFloatView) {
    guard layout == .channelBlocked else { return }
    let block = Layout.channelBlock
    let (planes, used) = (shape[2] * shape[3], shape[1] % block)
    guard used > 0 else { return }
    for n in 0..<shape[0] {
      let start = layout.offset(shape, n, shape[1] - used, 0, 0)
      for position in 0..<planes { view.part(start + position * block + used, count: block - used).fill(0) }
    }
  }
}
