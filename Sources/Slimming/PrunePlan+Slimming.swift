import CaffeProto
import NetIO
import NetModel

extension PrunePlan {
  /// What slimming will make of the masked net, once it is sure that it takes away as much as is masked. Nothing is written.
  ///
  /// - Parameters:
  ///   - net: as the user wrote it, all phases
  ///   - weights: with the mask, as they will be written
  ///   - state: the phase that was planned
  ///   - registry: the layer types
  /// - Throws: ``PruneError/uncut(_:)``
  public func slimmed(
    _ net: NetParameter, _ weights: WeightSet, state: NetState, registry: LayerRegistry
  ) throws -> SlimNet {
    let (plan, slim): (SlimPlan, SlimNet)
    do {
      plan = try SlimRun(net, weights: weights, .init(state: state), registry: registry).plan()
      slim = try plan.apply()
    } catch let error as SlimError { throw PruneError.uncut(error.description) }
    let removal = plan.rules.lazy.compactMap { $0 as? ChannelRemoval }.first
    let planned = Dictionary(families.map { ($0.makers[0], $0.removed.count) }, uniquingKeysWith: +)
    for (layer, count) in planned.sorted(by: { $0.key < $1.key }) where count > 0 {
      let kept = removal?.keptChannels.first { $0.layer == layer }
      let gone = kept.map { $0.channels - $0.kept.count } ?? 0
      guard gone < count else { continue }
      let reason = removal?.heldChannels.first { $0.layer == layer }?.reason ?? "something needs them"
      throw PruneError.uncut("of layer '\(layer)' \(gone) of \(count) channels would go: \(reason)")
    }
    return slim
  }
}
