import CaffeProto
import Engine
import NetIO
import NetModel

/// One slimming run: from a masked net to a slim one that is proven equal.
public struct SlimRun {
  /// What is asked of a run.
  public struct Request {
    /// The phase, level and stages whose layers decide; layers of the same names change in all phases.
    public var state: NetState
    /// What counts as equal.
    public var bound: Comparison.Bound
    /// Values for inputs with which the proof runs too, by blob; empty for random ones only.
    public var inputs: [String: Comparison.Input]

    /// Makes a request.
    public init(state: NetState, bound: Comparison.Bound = .init(), inputs: [String: Comparison.Input] = [:]) {
      (self.state, self.bound, self.inputs) = (state, bound, inputs)
    }
  }

  /// What was changed.
  public let patch: SlimPatch
  /// Which kernels became smaller, after that.
  public let kernels: KernelShrink
  /// The slim net as text will have it, all phases.
  public let net: NetParameter
  /// Its weights.
  public let weights: WeightSet
  /// Before and after, for reports.
  public let before: NetDescription
  /// The slim net, described for the same state.
  public let after: NetDescription
  /// How equal both are on random inputs.
  public let comparison: Comparison
  /// How equal both are on the inputs that were given.
  public let given: Comparison?
  /// What is strange about the weights, a line for each layer concerned.
  public let doubts: [String]
  /// Layers of the weights that the slim weights do not have: no layer of the net's other phase fits them.
  public let dropped: [String]

  let original: NetParameter
  let registry: LayerRegistry

  /// How many items of a batch random inputs have at most: more prove no more.
  private static let items = 1

  /// Slims a net and proves the result. Nothing is written.
  ///
  /// - Parameters:
  ///   - net: as the user wrote it, all phases
  ///   - weights: its caffemodel
  ///   - ready: called with the slim weights before the proof, which they may yet fail: so that preparing to write them
  ///     can go on beside it
  /// - Throws: ``SlimError``; `NetError` where a net cannot be described or built
  public init(
    _ net: NetParameter, weights: WeightSet, _ request: Request, registry: LayerRegistry, backend: any Backend,
    ready: (WeightSet) throws -> Void = { _ in }
  ) throws {
    let state = request.state
    (original, self.registry) = (net, registry)
    before = try NetDescription(net, state: state, registry: registry)
    let blobs = try weights.blobs(for: before)
    doubts = before.doubts(blobs)
    patch = try SlimPatch(before, weights: blobs)
    var slim = try patch.apply(to: net, registry: registry)
    kernels = try KernelShrink(NetDescription(slim.net, state: state, registry: registry), weights: slim.weights)
    slim = kernels.apply(to: slim.net)
    self.net = slim.net
    after = try NetDescription(slim.net, state: state, registry: registry)
    slim.weights = after.portable(slim.weights)

    let others = try SlimRun.otherPhase(net, slim.net, state, registry)
    var written = WeightSet(after, blobs: slim.weights)
    var dropped: [String] = []
    for layer in weights.layers where !layer.blobs.isEmpty && before.index(ofLayer: layer.name) == nil {
      if let others, let index = others.index(ofLayer: layer.name),
        (try? others.match(layer.blobs, layer: index)) != nil
      {
        written.layers.append(layer)
      } else {
        dropped.append(layer.name)
      }
    }
    (self.weights, self.dropped) = (written, dropped)
    try ready(written)

    let sides = (Comparison.Side(net: net, weights: blobs), Comparison.Side(net: slim.net, weights: slim.weights))
    comparison = try Comparison(
      sides.0, sides.1, state: state, registry: registry, backend: backend, items: SlimRun.items)
    given =
      request.inputs.isEmpty
      ? nil
      : try Comparison(
        sides.0, sides.1, state: state, registry: registry, backend: backend, inputs: request.inputs, batches: 1)
    if let blob = comparison.undefined ?? given?.undefined { throw SlimError.undefined(blob: blob) }
    for difference in (comparison.blobs + (given?.blobs ?? [])).sorted(by: { $0.relative > $1.relative })
    where !difference.isWithin(request.bound) {
      throw SlimError.unequal(blob: difference.blob, relative: difference.relative, bound: request.bound.relative)
    }
  }

  /// The slim net in its other phase. Where the original has one that can be described, so must the slim net.
  private static func otherPhase(
    _ net: NetParameter, _ slim: NetParameter, _ state: NetState, _ registry: LayerRegistry
  ) throws -> NetDescription? {
    var other = state
    other.phase = state.phase == .test ? .train : .test
    guard (try? NetDescription(net, state: other, registry: registry)) != nil else { return nil }
    do { return try NetDescription(slim, state: other, registry: registry) } catch {
      throw SlimError.patch("the slim net cannot be described for its other phase: \(error)")
    }
  }
}
