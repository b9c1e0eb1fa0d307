import CaffeProto
import NetModel

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

  /// The blob with only the given slices of some axes.
  func keeping(_ slices: [Int: [Int]]) -> WeightBlob {
    var result = self
    for (axis, kept) in slices where kept.count != shape[axis] {
      let inner = result.shape.count(from: axis + 1)
      let outer = result.shape.count(from: 0, to: axis)
      let extent = result.shape[axis]
      let values = [Float](unsafeUninitializedCapacity: outer * kept.count * inner) { buffer, count in
        result.data.withUnsafeBufferPointer { source in
          var at = 0
          for o in 0..<outer {
            for slice in kept {
              let start = (o * extent + slice) * inner
              for k in 0..<inner { buffer[at + k] = source[start + k] }
              at += inner
            }
          }
          count = at
        }
      }
      result = WeightBlob(
        shape: result.shape.replacing(axis: axis, with: kept.count), data: Floats(values))
    }
    return result
  }

  /// A group convolution's weight with only the given filters and, numbered through all groups, read channels. Every
  /// group must keep as many as the others.
  func keeping(filters: [Int], channels: [Int], groups: Int) -> WeightBlob {
    let (perFilter, perBlock) = (shape[1], shape[0] / groups)
    let inner = shape.count(from: 2)
    var values: [Float] = []
    values.reserveCapacity(filters.count * channels.count / groups * inner)
    data.withUnsafeBufferPointer { source in
      for filter in filters {
        for channel in channels where channel / perFilter == filter / perBlock {
          let start = (filter * perFilter + channel % perFilter) * inner
          values.append(contentsOf: source[start..<(start + inner)])
        }
      }
    }
    let dims = [filters.count, channels.count / groups] + shape.dims.dropFirst(2)
    return WeightBlob(shape: Shape(dims), data: Floats(values))
  }

  /// The blob with `values` added, element by element.
  func adding(_ values: [Double]) -> WeightBlob {
    WeightBlob(shape: shape, data: Floats(zip(data, values).map { Float(Double($0) + $1) }))
  }
}
