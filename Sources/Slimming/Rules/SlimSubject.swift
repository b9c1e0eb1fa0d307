import CaffeProto
import NetModel

/// A net with its weights, before, between or after the rules.
public struct SlimSubject: Sendable {
  /// The net as text has it, all phases.
  public let parameter: NetParameter
  /// The phase whose layers decide, described without splits.
  public let net: NetDescription
  /// The weights of all its layers by name; shared blobs are alike at all their places.
  public let weights: [String: [WeightBlob]]
  /// The layer types.
  public let registry: LayerRegistry

  /// A net to slim.
  ///
  /// - Parameters:
  ///   - parameter: all phases
  ///   - net: one of them
  ///   - weights: by layer name, one blob per parameter blob
  ///   - registry: the layer types
  /// - Throws: ``SlimError`` when weights and net do not fit
  public static func checked(
    _ parameter: NetParameter, _ net: NetDescription, weights: [String: [WeightBlob]], registry: LayerRegistry
  ) throws -> SlimSubject {
    try net.check(weights)
    return SlimSubject(
      parameter: parameter, net: net, weights: net.resolvingShared(weights), registry: registry)
  }

  /// The same net, changed.
  ///
  /// - Throws: ``SlimError/patch(_:)`` where the parts do not fit together
  public func changed(_ parameter: NetParameter, weights: [String: [WeightBlob]]) throws(SlimError) -> SlimSubject {
    let after: NetDescription
    do {
      after = try NetDescription(parameter, state: net.parameter.state, registry: registry)
    } catch { throw SlimError.patch("the slim net cannot be described: \(error)") }
    let (unknown, before) = (after.passedThrough.map(\.name), net.passedThrough.map(\.name))
    guard unknown == before else {
      throw SlimError.patch("the slim net has other layers that are not known: \(unknown), not \(before)")
    }
    for layer in after.layers where !(layer.description is PassedThrough) {
      let (shapes, planned) = ((weights[layer.name] ?? []).map(\.shape), layer.blobs.map(\.shape))
      guard shapes == planned else {
        throw SlimError.patch("layer '\(layer.name)': blobs \(shapes) for the shapes \(planned)")
      }
    }
    return SlimSubject(parameter: parameter, net: after, weights: weights, registry: registry)
  }
}
