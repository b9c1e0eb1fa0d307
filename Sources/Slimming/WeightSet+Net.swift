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

  /// The weights of a net as a caffemodel holds them: every layer of the net's phase, with its blobs.
  public init(_ net: NetDescription, blobs: [String: [WeightBlob]]) {
    var message = net.parameter
    message.layer = net.layers.map { layer in
      var parameter = layer.parameter
      parameter.blobs = (blobs[layer.name] ?? []).map { BlobProto(shape: $0.shape.dims, data: $0.data) }
      return parameter
    }
    self.init(message)
  }
}
