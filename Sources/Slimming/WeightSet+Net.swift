import CaffeProto
import NetIO
import NetModel

extension WeightSet {
  /// The blobs of every layer of a net that has parameters, in the shapes that the net gives them.
  ///
  /// - Throws: ``SlimError`` naming the layer that is missing or does not fit
  public func blobs(for net: NetDescription) throws -> [String: [WeightBlob]] {
    var result: [String: [WeightBlob]] = [:]
    for layer in net.layers where !layer.blobs.isEmpty {
      guard let source = self[layer.name], !source.blobs.isEmpty else { throw SlimError.missing(layer: layer.name) }
      let wanted = layer.blobs.map(\.shape)
      guard source.blobs.count == wanted.count, zip(source.blobs, wanted).allSatisfy({ $0.fits($1.dims) }) else {
        throw SlimError.shapes(layer: layer.name, expected: wanted, got: source.blobs.map { Shape($0.extents) })
      }
      result[layer.name] = zip(source.blobs, wanted).map { WeightBlob(shape: $1, data: $0.data) }
    }
    return result
  }

  /// The weights of a net as a caffemodel holds them: every layer of the net's phase, with its blobs in the form that
  /// all readers take alike.
  public init(_ net: NetDescription, blobs: [String: [WeightBlob]]) {
    var message = net.parameter
    let blobs = net.portable(blobs)
    message.layer = net.layers.map { layer in
      var parameter = layer.parameter
      parameter.blobs = (blobs[layer.name] ?? []).map { BlobProto(shape: $0.shape.dims, data: $0.data) }
      return parameter
    }
    self.init(message)
  }
}

extension NetDescription {
  /// The weights in the form that all readers take alike; what they compute is the same.
  func portable(_ weights: [String: [WeightBlob]]) -> [String: [WeightBlob]] {
    var result = weights
    for layer in layers {
      guard let blobs = weights[layer.name], blobs.count == layer.blobs.count else { continue }
      let values = layer.description.portable(blobs.map(\.data))
      result[layer.name] = zip(blobs, values).map { WeightBlob(shape: $0.shape, data: $1) }
    }
    return result
  }

  /// What is strange about weights that can be computed with, a line for each layer concerned.
  public func doubts(_ weights: [String: [WeightBlob]]) -> [String] {
    layers.flatMap { layer in
      layer.description.doubts((weights[layer.name] ?? []).map(\.data)).map { "layer '\(layer.name)': \($0)" }
    }
  }
}
