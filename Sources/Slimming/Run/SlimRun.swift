import CaffeProto
import NetIO
import NetModel

/// One slimming run: from a masked net to a slim one that is proven equal, in three steps. ``plan()`` finds what can
/// go, ``SlimPlan/apply()`` makes the slim net and its weights, ``SlimNet/prove(on:)`` runs both nets. None of them
/// writes anything.
public struct SlimRun {
  /// What is asked of a run.
  public struct Request: Sendable {
    /// The phase, level and stages whose layers decide; layers of the same names change in all phases.
    public var state: NetState
    /// What counts as equal.
    public var bound: Comparison.Bound
    /// Values for inputs with which the proof runs too, by blob; empty for random ones only.
    public var inputs: [String: Comparison.Values]

    /// Makes a request.
    public init(state: NetState, bound: Comparison.Bound = .init(), inputs: [String: Comparison.Values] = [:]) {
      (self.state, self.bound, self.inputs) = (state, bound, inputs)
    }
  }

  private let net: NetParameter
  private let weights: WeightSet
  private let request: Request
  private let registry: LayerRegistry

  /// A run.
  ///
  /// - Parameters:
  ///   - net: as the user wrote it, all phases
  ///   - weights: its caffemodel
  ///   - request: what is asked
  ///   - registry: the layer types
  public init(_ net: NetParameter, weights: WeightSet, _ request: Request, registry: LayerRegistry) {
    (self.net, self.weights, self.request, self.registry) = (net, weights, request, registry)
  }

  /// Finds what all rules can change.
  ///
  /// - Throws: ``SlimError``; `NetError` where the net cannot be described
  public func plan() throws -> SlimPlan {
    let description = try NetDescription(net, state: request.state, registry: registry)
    let blobs = try weights.blobs(for: description)
    let masked = try SlimSubject.checked(net, description, weights: blobs, registry: registry)
    var (rules, slim): ([any SlimRule], SlimSubject) = ([], masked)
    for type in SlimRules.all {
      // What a rule finds depends on what those before it have changed.
      let rule = try type.plan(for: slim)
      slim = try rule.apply(to: slim)
      rules.append(rule)
    }
    return SlimPlan(
      request: request, file: weights, masked: masked, rules: rules, slim: slim)
  }
}
