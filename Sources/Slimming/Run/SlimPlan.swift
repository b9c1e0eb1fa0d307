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

  /// Makes the slim net and its weights.
  ///
  /// - Throws: ``SlimError/patch(_:)`` where the slim net cannot be described for its other phase or for a stage
  public func apply() throws -> SlimNet {
    let weights = slim.net.portable(slim.weights)
    let others = try otherParts()
    var written = WeightSet(slim.net, blobs: weights)
    var dropped: [String] = []
    for layer in file.layers where !layer.blobs.isEmpty && masked.net.index(ofLayer: layer.name) == nil {
      let fits = others.contains { part in
        part.index(ofLayer: layer.name).map { (try? part.match(layer.blobs, layer: $0)) != nil } ?? false
      }
      if fits { written.layers.append(layer) } else { dropped.append(layer.name) }
    }
    return SlimNet(
      plan: self, net: slim.parameter, description: slim.net, blobs: weights, weights: written, dropped: dropped)
  }

  /// The slim net in its other phase, and with the stages and levels that its rules name. What can be described of the
  /// original net must be describable in the slim net.
  private func otherParts() throws -> [NetDescription] {
    try masked.parameter.otherStates(than: request.state).compactMap { state -> NetDescription? in
      guard (try? NetDescription(masked.parameter, state: state, registry: masked.registry)) != nil else { return nil }
      do { return try NetDescription(slim.parameter, state: state, registry: slim.registry) } catch {
        let stages = state.stage.map { ", stage '\($0)'" }.joined()
        throw SlimError.patch(
          "the slim net cannot be described for its \(state.phase == .test ? "TEST" : "TRAIN") phase\(stages): \(error)"
        )
      }
    }
  }
}
