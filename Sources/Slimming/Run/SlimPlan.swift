import CaffeProto
import NetIO
import NetModel

/// What slimming changes in a net, rule by rule.
public struct SlimPlan: Sendable {
  /// What was asked.
  public let request: SlimRun.Request
  /// The masked weights as the file has them.
  let file: WeightSet
  /// The net before.
  public let masked: SlimSubject
  /// What each rule found, in the order of ``SlimRules/all``.
  public let rules: [any SlimRule]
  /// The net behind the last rule.
  let slim: SlimSubject
  /// What is strange about the weights, a line for each layer concerned.
  public let doubts: [String]

  /// Makes the slim net and its weights.
  ///
  /// - Throws: ``SlimError/patch(_:)`` where the slim net cannot be described for its other phase
  public func apply() throws -> SlimNet {
    let weights = slim.net.portable(slim.weights)
    let others = try otherPhase()
    var written = WeightSet(slim.net, blobs: weights)
    var dropped: [String] = []
    for layer in file.layers where !layer.blobs.isEmpty && masked.net.index(ofLayer: layer.name) == nil {
      if let others, let index = others.index(ofLayer: layer.name),
        (try? others.match(layer.blobs, layer: index)) != nil
      {
        written.layers.append(layer)
      } else {
        dropped.append(layer.name)
      }
    }
    return SlimNet(
      plan: self, net: slim.parameter, description: slim.net, blobs: weights, weights: written, dropped: dropped)
  }

  /// The slim net in its other phase. Where the original has one that can be described, so must the slim net.
  private func otherPhase() throws -> NetDescription? {
    var other = request.state
    other.phase = request.state.phase == .test ? .train : .test
    guard (try? NetDescription(masked.parameter, state: other, registry: masked.registry)) != nil else { return nil }
    do { return try NetDescription(slim.parameter, state: other, registry: slim.registry) } catch {
      throw SlimError.patch("the slim net cannot be described for its other phase: \(error)")
    }
  }
}
