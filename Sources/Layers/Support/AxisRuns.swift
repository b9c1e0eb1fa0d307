import Engine
import NetModel

/// A blob's memory seen along one axis: `outer` times `extent` slices of `inner` adjoining floats.
struct AxisRuns: Equatable {
  let outer: Int
  let extent: Int
  let inner: Int

  init(outer: Int, extent: Int, inner: Int) {
    self.outer = outer
    self.extent = extent
    self.inner = inner
  }

  /// A plain blob along any axis.
  init(_ shape: Shape, axis: Int) {
    self.init(
      outer: shape.count(from: 0, to: axis), extent: shape[axis], inner: shape.count(from: axis + 1))
  }

  /// A blob of any layout along its channels; nil where the layout's blocks do not hold whole slices.
  init?(_ shape: Shape, axis: Int, layout: Layout) {
    switch layout {
    case .plain: self.init(shape, axis: axis)
    case .channelsLast:
      guard axis == 1 else { return nil }
      self.init(outer: shape[0] * shape[2] * shape[3], extent: shape[1], inner: 1)
    case .channelBlocked:
      guard axis == 1, shape[1] % Layout.channelBlock == 0 else { return nil }
      self.init(
        outer: shape[0], extent: shape[1] / Layout.channelBlock, inner: shape[2] * shape[3] * Layout.channelBlock)
    }
  }

  /// The number of floats.
  var count: Int { outer * extent * inner }

  /// The floats of one outer step.
  var stride: Int { extent * inner }
}
