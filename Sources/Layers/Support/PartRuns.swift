import Engine
import NetModel

/// What a blob has of a whole that it is a part of along an axis: adjoining floats of the part lie in runs in the whole.
struct PartRuns {
  /// How many runs there are, and the floats of each.
  private let count: Int
  private let length: Int
  /// Where the first one begins in the whole, and how far each is from the one before.
  private let first: Int
  private let step: Int

  /// Those of all parts, one behind the other.
  ///
  /// - Throws: `LayerError/bottom(index:shape:_:)` where a layout does not divide into the parts
  static func all(of whole: Blob, parts: [Blob], axis: Int) throws -> [PartRuns] {
    guard let outline = AxisRuns(whole.shape, axis: axis, layout: whole.layout) else {
      throw LayerError.bottom(index: 0, shape: whole.shape, "cannot be cut along axis \(axis) in its layout")
    }
    var offset = 0
    return try parts.enumerated().map { index, part in
      guard let runs = AxisRuns(part.shape, axis: axis, layout: part.layout), runs.inner == outline.inner,
        runs.outer == outline.outer, offset + runs.extent <= outline.extent
      else {
        throw LayerError.bottom(index: index, shape: part.shape, "is no part of \(whole.shape) along axis \(axis)")
      }
      defer { offset += runs.extent }
      return PartRuns(count: runs.outer, length: runs.stride, first: offset * outline.inner, step: outline.stride)
    }
  }

  /// Copies the part to its places in the whole.
  func put(_ part: FloatView, into whole: MutableFloatView) {
    for run in 0..<count {
      whole.part(first + run * step, count: length).copy(part.part(run * length, count: length))
    }
  }

  /// Copies the part out of the whole.
  func take(_ whole: FloatView, into part: MutableFloatView) {
    for run in 0..<count {
      part.part(run * length, count: length).copy(whole.part(first + run * step, count: length))
    }
  }
}
