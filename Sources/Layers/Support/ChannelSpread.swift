import Engine
import NetModel

/// How a short array of values is spread over a blob: over the axes that begin with one axis of its shape, the same for
/// all other positions. Scale, Bias and PReLU loop by it, in any layout.
///
/// Position (o, b, i, l) of the blob, in this order in memory, takes value b * lane + l.
struct ChannelSpread {
  private let outer: Int
  private let blocks: Int
  private let inner: Int
  private let lane: Int
  /// The number of values.
  let count: Int

  /// Spreads an array of shape `values` over a blob, from its axis `axis` on.
  ///
  /// A layout other than plain needs one value per channel, or one for all (``ChannelValues/layout(ofBottom:shape:offered:_:)``).
  init(_ blob: Blob, axis: Int, values: Shape) {
    let shape = blob.shape
    count = values.count
    guard values.rank > 0 else {
      (outer, blocks, inner, lane) = (1, 1, blob.physicalCount, 1)
      return
    }
    switch blob.layout {
    case .plain:
      let rest = shape.count(from: axis + values.rank)
      outer = shape.count(from: 0, to: axis)
      // With nothing behind it, the array itself is the innermost axis.
      (blocks, inner, lane) = rest == 1 ? (1, 1, count) : (count, rest, 1)
    case .channelsLast:
      (outer, blocks, inner, lane) = (shape[0] * shape[2] * shape[3], 1, 1, count)
    case .channelBlocked:
      outer = shape[0]
      lane = Layout.channelBlock
      blocks = (count + lane - 1) / lane
      inner = shape[2] * shape[3]
    }
  }

  /// y = f(x, value); x may be y. Where channels are padded, f(0, 0) must be 0.
  @inline(__always)
  func apply(_ values: FloatView, _ x: FloatView, _ y: MutableFloatView, _ f: (Float, Float) -> Float) {
    let padded = padding(values)
    for o in 0..<outer {
      for b in 0..<blocks {
        let start = (o * blocks + b) * inner * lane
        let (x, y) = (x.part(start, count: inner * lane), y.part(start, count: inner * lane))
        if lane == 1 {
          let value = padded[b]
          map(x, y) { f($0, value) }
        } else {
          let value = padded.part(b * lane, count: lane)
          for i in 0..<inner {
            map(x.part(i * lane, count: lane), value, y.part(i * lane, count: lane), f)
          }
        }
      }
    }
  }

  /// sums[c] += the sum of f(index) over the positions of value c.
  @inline(__always)
  func accumulate(_ sums: MutableFloatView, _ f: (Int) -> Float) {
    let partial = lane == 1 ? nil : Blob(shape: [blocks * lane])
    for b in 0..<blocks {
      for o in 0..<outer {
        let start = (o * blocks + b) * inner * lane
        if let partial {
          let part = partial.mutableData.part(b * lane, count: lane)
          for i in 0..<inner {
            for l in 0..<lane { part[l] += f(start + i * lane + l) }
          }
        } else {
          sums[b] += sum(inner) { f(start + $0) }
        }
      }
    }
    if let partial {
      for c in 0..<count { sums[c] += partial.data[c] }
    }
  }

  /// The values, followed by zeros up to whole blocks.
  private func padding(_ values: FloatView) -> FloatView {
    guard blocks * lane > count else { return values }
    scratch.reshape([blocks * lane])
    scratch.mutableData.part(0, count: count).copy(values)
    return scratch.data
  }

  private let scratch = Blob()
}
