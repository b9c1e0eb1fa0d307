import CaffeProto

/// Why blobs from a file or a program do not fit a layer.
public enum WeightMisfit: Error, Equatable {
  /// There are not as many as the layer has.
  case count(got: Int, expected: Int)
  /// One has another shape, or does not fill it.
  case blob(index: Int, extents: [Int], values: Int, expected: Shape)

  /// What is wrong, with the place where the blobs come from.
  public func description(in source: String) -> String {
    switch self {
    case .count(let got, let expected): return "has \(got) blobs in '\(source)', but \(expected) in the net"
    case .blob(let index, let extents, let values, let expected):
      let shape = (extents.map(String.init) + ["(\(values))"]).joined(separator: " ")
      return "blob \(index) has the shape \(shape) in '\(source)', but \(expected) in the net"
    }
  }
}

extension NetDescription {
  /// Finds the blobs of a layer among those that a file or a program has for it.
  ///
  /// - Parameters:
  ///   - blobs: in the layer's order
  ///   - index: the layer's position
  /// - Returns: one for each of the layer's blobs; nil for one that an earlier place owns and that is left out here, as
  ///   Caffe's HDF5 layout does
  /// - Throws: ``WeightMisfit``
  public func match(_ blobs: [BlobProto], layer index: Int) throws(WeightMisfit) -> [BlobProto?] {
    let specs = layers[index].blobs
    let missing = specs.indices.dropFirst(blobs.count)
    guard blobs.count <= specs.count, !missing.contains(where: { shared.owns(index, $0) }) else {
      throw .count(got: blobs.count, expected: specs.count)
    }
    var result: [BlobProto?] = []
    for (position, spec) in specs.enumerated() {
      guard position < blobs.count, !blobs[position].isAbsent || shared.owns(index, position) else {
        result.append(nil)
        continue
      }
      let blob = blobs[position]
      guard blob.fits(spec.shape.dims), blob.data.count == spec.shape.count else {
        throw .blob(index: position, extents: blob.extents, values: blob.data.count, expected: spec.shape)
      }
      result.append(blob)
    }
    return result
  }
}
