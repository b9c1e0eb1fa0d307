import CaffeProto
import Engine
import NetIO
import NetModel

/// A slim net with its weights, which has yet to be proven equal to the masked one.
public struct SlimNet: Sendable {
  /// What was changed, and in what.
  public let plan: SlimPlan
  /// The net as text will have it, all phases.
  public let net: NetParameter
  /// The net, described for the state that was asked for.
  public let description: NetDescription
  /// The weights of that state's layers.
  let blobs: [String: [WeightBlob]]
  /// The weights as a file will have them.
  public let weights: WeightSet
  /// Layers of the masked weights that the slim ones do not have: no layer of the net's other phase fits them.
  public let dropped: [String]

  /// The most items of a batch of random inputs: further ones would prove nothing more.
  private static let items = 1

  /// Runs both nets on the same inputs.
  ///
  /// - Throws: ``SlimError/unequal(blob:relative:bound:)`` where they differ by more than the bound,
  ///   ``SlimError/undefined(blob:)`` where they compute NaN, on the given
  ///   inputs within ``SlimError/given(_:)``, ``SlimError/noProof`` where they compute nothing; what ``ComparisonRun/compare(_:_:progress:)`` throws
  public func prove(on backend: any Backend) throws -> SlimProof {
    let request = plan.request
    let masked = Comparison.Side(net: plan.masked.parameter, weights: plan.masked.weights)
    let slim = Comparison.Side(net: net, weights: blobs)
    var run = ComparisonRun(state: request.state, registry: plan.masked.registry, backend: backend)
    run.items = SlimNet.items
    let random = try run.compare(masked, slim)
    guard !random.blobs.isEmpty else { throw SlimError.noProof }
    (run.items, run.inputs, run.batches) = (nil, request.inputs, 1)
    let given = request.inputs.isEmpty ? nil : try run.compare(masked, slim)
    if let blob = random.undefined { throw SlimError.undefined(blob: blob) }
    if let blob = given?.undefined { throw SlimError.given(SlimError.undefined(blob: blob)) }
    for difference in (random.blobs + (given?.blobs ?? [])).sorted(by: { $0.relative > $1.relative })
    where !difference.isWithin(request.bound) {
      throw SlimError.unequal(blob: difference.blob, relative: difference.relative, bound: request.bound.relative)
    }
    return SlimProof(random: random, given: given)
  }
}

/// How equal a slim net and its masked one are.
public struct SlimProof: Sendable {
  /// On random inputs.
  public let random: Comparison
  /// On the inputs that were given; nil where none were.
  public let given: Comparison?
}
