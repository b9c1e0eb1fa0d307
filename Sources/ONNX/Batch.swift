import CaffeProto
import NetModel

/// Which extents of a net's blobs follow the size of its batch, told from the same net with a batch twice as large.
struct Batch {
  /// The size of the batch in the net.
  let size: Int
  private let net: NetDescription
  private let larger: NetDescription

  /// - Returns: nil where no input has an axis
  /// - Throws: ``ExportError/batch(layer:_:)`` where the net works with its own batch only
  init?(_ net: NetDescription, registry: LayerRegistry) throws {
    let inputs = net.layers.filter { $0.description is any CallerFilled }
    guard let size = inputs.flatMap(\.topShapes).first(where: { $0.rank > 0 })?[0], size > 0 else { return nil }
    var parameter = net.parameter
    for (index, layer) in net.layers.enumerated() {
      guard let type = type(of: layer.description) as? any CallerFilled.Type else { continue }
      let shapes = layer.topShapes.map { $0.rank > 0 && $0[0] == size ? $0.replacing(axis: 0, with: 2 * size) : $0 }
      type.setShapes(shapes.map(\.dims), of: &parameter.layer[index])
    }
    (self.net, self.size) = (net, size)
    do { larger = try NetDescription(parameter, state: net.parameter.state, registry: registry) } catch {
      throw ExportError.batch(layer: inputs[0].name, "the net does not take twice as many: \(error)")
    }
    for (layer, other) in zip(net.layers, larger.layers)
    where layer.blobs.map(\.shape) != other.blobs.map(\.shape)
      || layer.topShapes.map(\.rank) != other.topShapes.map(\.rank)
    {
      throw ExportError.batch(layer: layer.name, "its parameters or axes follow the batch")
    }
  }

  /// A blob's extents; -1 where they follow the batch.
  func extents(ofBlob index: Int) -> [Int] {
    zip(net.blobs[index].shape.dims, larger.blobs[index].shape.dims).map { $0 == $1 ? $0 : -1 }
  }

  /// The same for the outside.
  func port(ofBlob index: Int) -> [Model.Extent] {
    zip(net.blobs[index].shape.dims, larger.blobs[index].shape.dims).map {
      $0 == $1 ? .fixed($0) : ($0, $1) == (size, 2 * size) ? .batch : .unknown
    }
  }
}
