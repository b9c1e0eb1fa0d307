import CaffeProto
import Engine
import NetIO
import NetModel

/// One slimming run: from a masked net to a slim one that is proven equal.
public struct SlimRun {
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
  /// How equal both are.
  public let comparison: Comparison

  /// Slims a net and proves the result. Nothing is written.
  ///
  /// - Parameters:
  ///   - net: as the user wrote it, all phases
  ///   - weights: its caffemodel
  ///   - state: the phase whose layers decide; layers of the same names change in all phases
  ///   - tolerance: the largest relative difference of an output that counts as equal
  /// - Throws: ``SlimError``; `NetError` where a net cannot be described or built
  public init(
    _ net: NetParameter, weights: WeightSet, state: NetState, registry: LayerRegistry, backend: any Backend,
    tolerance: Float
  ) throws {
    before = try NetDescription(net, state: state, registry: registry)
    let blobs = try weights.blobs(for: before)
    patch = try SlimPatch(before, weights: blobs)
    var slim = try patch.apply(to: net, registry: registry)
    kernels = try KernelShrink(NetDescription(slim.net, state: state, registry: registry), weights: slim.weights)
    slim = kernels.apply(to: slim.net)
    self.net = slim.net
    after = try NetDescription(slim.net, state: state, registry: registry)
    self.weights = WeightSet(after, blobs: slim.weights)
    comparison = try Comparison(
      .init(net: net, weights: blobs), .init(net: slim.net, weights: slim.weights), state: state, registry: registry,
      backend: backend)
    if let worst = comparison.blobs.max(by: { $0.relative < $1.relative }), !(worst.relative <= tolerance) {
      throw SlimError.unequal(blob: worst.blob, relative: worst.relative, bound: tolerance)
    }
  }
}
