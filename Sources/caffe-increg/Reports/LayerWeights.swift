import Base
import CaffeProto
import NetIO
import NetModel

/// The parameter blobs of a file's layers, checked against a net.
struct LayerWeights {
  private let blobs: [String: [Floats]]
  /// A line for every layer of the net that the file has no weights for.
  let missing: [String]

  /// Weights of another net.
  struct Strange: Error, CustomStringConvertible {
    let path: String
    let names: [String]

    var description: String {
      let some = names.prefix(3).map { "'\($0)'" }.joined(separator: ", ") + (names.count > 3 ? ", ..." : "")
      return "'\(path)' has no weights for any layer of the net: they are for \(names.isEmpty ? "none" : some)"
    }
  }

  /// - Parameters:
  ///   - weights: the file's content
  ///   - path: where they come from, for messages
  ///   - net: the net they are for; layers that it does not have are left out
  /// - Throws: `NetError.weights` where a layer's blobs are not as many or of the same shapes as the net's; ``Strange``
  ///   where there are weights for no layer of a net that has some
  init(_ weights: WeightSet, from path: String, for net: NetDescription) throws {
    var blobs: [String: [Floats]] = [:]
    for source in weights.layers where !source.blobs.isEmpty {
      // Nothing is known of the parameters of types that are not built in.
      guard let index = net.index(ofLayer: source.name), !(net.layers[index].description is PassedThrough) else {
        continue
      }
      do {
        // A blob that another layer owns, and that this one leaves out, has no values here.
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
    let strangers = weights.layers.filter { !$0.blobs.isEmpty && blobs[$0.name] == nil }.map(\.name)
    let learners = net.layers.filter { !$0.blobs.isEmpty }
    guard learners.isEmpty || !blobs.isEmpty else { throw Strange(path: path, names: strangers) }
    missing = learners.filter { blobs[$0.name] == nil }.map { layer in
      let nearest = closestName(to: layer.name, among: strangers).map { "; '\($0)' is there" } ?? ""
      return "layer '\(layer.name)' has no weights in '\(path)'\(nearest)"
    }
  }

  /// How much of a layer's weight is zero; nil where the file has none or the layer no such weight.
  func sparsity(of layer: DescribedLayer) -> WeightSparsity? {
    blobs[layer.name].flatMap { WeightSparsity(layer, blobs: $0) }
  }
}
