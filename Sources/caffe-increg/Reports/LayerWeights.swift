import CaffeProto
import NetIO
import NetModel

/// The parameter blobs of a file's layers, checked against a net.
struct LayerWeights {
  private let blobs: [String: [Floats]]

  /// - Parameters:
  ///   - weights: the file's content
  ///   - path: where they come from, for messages
  ///   - net: the net they are for; layers that it does not have are left out
  /// - Throws: `NetError.weights` where a layer's blobs are not as many or of the same shapes as the net's
  init(_ weights: WeightSet, from path: String, for net: NetDescription) throws {
    var blobs: [String: [Floats]] = [:]
    for source in weights.layers where !source.blobs.isEmpty {
      guard let index = net.index(ofLayer: source.name) else { continue }
      do {
        // What another layer owns and this one leaves out has no values here.
        blobs[source.name] = try net.match(source.blobs, layer: index).map { $0?.data ?? Floats() }
      } catch {
        let (got, expected) = (source.blobs.map(\.data.count), net.layers[index].blobs.map(\.shape.count))
        throw NetError.weights(
          layer: source.name,
          got == expected
            ? error.description(in: path)
            : "has blobs of \(got) values in '\(path)', but of \(expected) in the net")
      }
    }
    self.blobs = blobs
  }

  /// How much of a layer's weight is zero; nil where the file has none or the layer no such weight.
  func sparsity(of layer: DescribedLayer) -> WeightSparsity? {
    blobs[layer.name].flatMap { WeightSparsity(layer, blobs: $0) }
  }
}
