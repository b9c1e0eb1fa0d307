import CaffeProto

extension NetDescription {
  /// The weights as they are after loading: where several layers share a blob, the last of them in the net's order
  /// decides, as in Caffe.
  public func resolvingShared(_ weights: [String: [WeightBlob]]) -> [String: [WeightBlob]] {
    var weights = weights
    for (_, places) in shared.all {
      guard let last = places.last, let value = weights[layers[last.layer].name]?[last.blob] else { continue }
      for place in places {
        let layer = layers[place.layer]
        weights[layer.name]?[place.blob] = WeightBlob(shape: layer.blobs[place.blob].shape, data: value.data)
      }
    }
    return weights
  }

  /// The weights in the form that all readers take alike; what they compute is the same.
  public func portable(_ weights: [String: [WeightBlob]]) -> [String: [WeightBlob]] {
    var result = weights
    for layer in layers {
      guard let type = layer.description as? any ParameterNormalizing, let blobs = weights[layer.name],
        blobs.count == layer.blobs.count
      else { continue }
      result[layer.name] = zip(blobs, type.portable(blobs.map(\.data))).map { WeightBlob(shape: $0.shape, data: $1) }
    }
    return result
  }
}
