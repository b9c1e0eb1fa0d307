import CaffeProto
import NetModel

/// Which (made channel, read channel) blocks of a layer's weight hold anything but zeros: one pass over the weight, after
/// which liveness is decided on booleans.
struct WeightBlocks {
  /// Channels that the weight makes.
  let made: Int
  /// Channels that it reads.
  let read: Int
  private var occupied: [Bool]

  /// - Parameters:
  ///   - values: the weight, row-major
  ///   - shape: its shape
  ///   - maker: the axis of made channels
  ///   - reader: the axis of read channels
  ///   - spread: slices of the reader axis per read channel
  ///   - groups: how many groups share out both; then made channels are on axis 0
  init(_ values: Floats, shape: Shape, maker: Int, reader: Int, spread: Int, groups: Int = 1) {
    made = shape[maker]
    let block = shape[reader] / spread
    read = block * groups
    let filters = shape[maker] / groups
    occupied = [Bool](repeating: false, count: made * read)
    let inner = shape.count(from: max(maker, reader) + 1)
    let (outerAxis, innerAxis) = (min(maker, reader), max(maker, reader))
    precondition(innerAxis == outerAxis + 1 && outerAxis == 0, "a weight's channel axes are its first two")
    values.withUnsafeBufferPointer { buffer in
      var at = 0
      for outer in 0..<shape[0] {
        for next in 0..<shape[1] {
          var any = false
          for k in at..<(at + inner) where buffer[k] != 0 {
            any = true
            break
          }
          at += inner
          guard any else { continue }
          let (m, r) = maker == 0 ? (outer, outer / filters * block + next / spread) : (next, outer / spread)
          occupied[m * read + r] = true
        }
      }
    }
  }

  /// Whether made channel `m` uses read channel `r`.
  subscript(m: Int, r: Int) -> Bool { occupied[m * read + r] }
}
