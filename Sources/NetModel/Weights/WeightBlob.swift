import CaffeProto

/// A parameter blob's values and shape.
public struct WeightBlob: Sendable {
  /// The shape that the layer gives the blob.
  public var shape: Shape
  /// The values, row-major.
  public var data: Floats

  /// Makes a blob; `data` must have as many values as `shape`.
  public init(shape: Shape, data: Floats) {
    precondition(shape.count == data.count, "\(data.count) values for the shape \(shape)")
    self.shape = shape
    self.data = data
  }

  /// The blob as files hold it.
  public var message: BlobProto { BlobProto(shape: shape.dims, data: data) }

  /// The blob with only the given slices of some axes.
  public func keeping(_ slices: [Int: [Int]]) -> WeightBlob {
    let cut = slices.filter { $0.value.count != shape[$0.key] }
    guard let last = cut.keys.max() else { return self }
    let dims = shape.dims.indices.map { cut[$0]?.count ?? shape[$0] }
    let inner = shape.count(from: last + 1)
    // Where rows begin in the whole, and the runs of every row that stay.
    var starts = [0]
    for axis in 0..<last {
      let kept = cut[axis] ?? Array(0..<shape[axis])
      starts = starts.flatMap { start in kept.map { start * shape[axis] + $0 } }
    }
    var runs: [Range<Int>] = []
    for slice in cut[last] ?? [] {
      if let end = runs.last?.upperBound, end == slice * inner {
        runs[runs.count - 1] = runs[runs.count - 1].lowerBound..<(end + inner)
      } else {
        runs.append((slice * inner)..<((slice + 1) * inner))
      }
    }
    let values = Floats(count: dims.reduce(1, *)) { target in
      data.withUnsafeBufferPointer { source in
        var at = 0
        for start in starts {
          let row = start * shape[last] * inner
          for run in runs {
            let part = UnsafeBufferPointer(rebasing: source[(row + run.lowerBound)..<(row + run.upperBound)])
            at = target[at...].update(fromContentsOf: part)
          }
        }
      }
    }
    return WeightBlob(shape: Shape(dims), data: values)
  }

  /// A group convolution's weight with only the given filters and, numbered through all blocks, read channels. Every
  /// block must keep as many as the others.
  public func keeping(filters: [Int], channels: [Int], blocks: Int) -> WeightBlob {
    let (perFilter, perBlock) = (shape[1], shape[0] / blocks)
    let inner = shape.count(from: 2)
    var values: [Float] = []
    values.reserveCapacity(filters.count * channels.count / blocks * inner)
    data.withUnsafeBufferPointer { source in
      for filter in filters {
        for channel in channels where channel / perFilter == filter / perBlock {
          let start = (filter * perFilter + channel % perFilter) * inner
          values.append(contentsOf: source[start..<(start + inner)])
        }
      }
    }
    let dims = [filters.count, channels.count / blocks] + shape.dims.dropFirst(2)
    return WeightBlob(shape: Shape(dims), data: Floats(values))
  }

  /// The blob with `values` added, element by element.
  public func adding(_ values: [Double]) -> WeightBlob {
    WeightBlob(shape: shape, data: Floats(zip(data, values).map { Float(Double($0) + $1) }))
  }
}
