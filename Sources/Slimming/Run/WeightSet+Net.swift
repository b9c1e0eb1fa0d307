import Base
import CaffeProto
import NetIO
import NetModel

extension WeightSet {
  /// The blobs of every layer of a net that has parameters, in the shapes that the net gives them. A blob that a
  /// layer leaves out, since an earlier layer owns it, has that layer's values.
  ///
  /// - Throws: ``SlimError`` naming the layer that is missing or does not fit
  public func blobs(for net: NetDescription) throws -> [String: [WeightBlob]] {
    var result: [String: [WeightBlob]] = [:]
    var latest: [SharedParameters.Place: Floats] = [:]
    for (index, layer) in net.layers.enumerated() where !layer.blobs.isEmpty {
      guard let source = self[layer.name],
        !source.blobs.isEmpty || !layer.blobs.indices.contains(where: { net.shared.owns(index, $0) })
      else {
        let strangers = layers.filter { !$0.blobs.isEmpty && net.index(ofLayer: $0.name) == nil }.map(\.name)
        throw SlimError.missing(layer: layer.name, nearest: closestName(to: layer.name, among: strangers))
      }
      result[layer.name] = try net.fitting(source.blobs, layer: index).enumerated().map { position, blob in
        let owner = net.shared.owner(index, position)
        let values = blob?.data ?? latest[owner] ?? Floats()
        latest[owner] = values
        return WeightBlob(shape: layer.blobs[position].shape, data: values)
      }
    }
    // The blobs of these layers are not understood: they are kept as they are.
    for layer in net.passedThrough {
      guard let blobs = self[layer.name]?.blobs, !blobs.isEmpty else { continue }
      result[layer.name] = try blobs.map { WeightBlob(shape: try Shape(checking: $0.extents), data: $0.data) }
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
      parameter.blobs = (blobs[layer.name] ?? []).map(\.message)
      return parameter
    }
    self.init(message)
  }
}

extension NetDescription {
  /// Finds the blobs of layer `index` among those that are given for it: one for each of the layer's, nil for one that
  /// an earlier layer owns and that is left out.
  ///
  /// - Throws: ``SlimError/shapes(layer:expected:got:)``
  func fitting(_ blobs: [BlobProto], layer index: Int) throws(SlimError) -> [BlobProto?] {
    do { return try match(blobs, layer: index) } catch {
      throw SlimError.shapes(
        layer: layers[index].name, expected: layers[index].blobs.map(\.shape), got: blobs.map { Shape($0.extents) })
    }
  }

  /// Checks that there are weights for all layers with parameters, which names tell apart.
  ///
  /// - Throws: ``SlimError`` naming the layer
  func check(_ weights: [String: [WeightBlob]]) throws(SlimError) {
    for (index, layer) in layers.enumerated() where !layer.blobs.isEmpty {
      guard layers.count(where: { $0.name == layer.name }) == 1 else { throw .duplicate(layer: layer.name) }
      guard let blobs = weights[layer.name] else { throw .missing(layer: layer.name) }
      let fitting = try fitting(blobs.map(\.message), layer: index)
      guard fitting.allSatisfy({ $0 != nil }) else {
        throw .shapes(layer: layer.name, expected: layer.blobs.map(\.shape), got: blobs.map(\.shape))
      }
    }
  }
}
