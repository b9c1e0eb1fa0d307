import CaffeProto
import NetIO
import NetModel

extension SlimNet {
  /// A solver state that belongs to the original net, cut to the slim one: training goes on where it stood.
  ///
  /// What the update rule remembers of a weight is sliced as the weight is; biases that slimming made begin with zeros.
  /// Iteration, step and position stay. The state of a pruning run ends here and is left out.
  ///
  /// - Parameters:
  ///   - state: of the original net
  ///   - learnedNet: the slim weights' path, as the state will name it
  /// - Throws: ``SlimError/state(_:)`` where the state does not fit the net's TRAIN phase
  public func sliced(_ state: SolverState, learnedNet: String) throws -> SolverState {
    var phase = plan.request.state
    phase.phase = .train
    let (old, new) = (
      try NetDescription(plan.masked.parameter, state: phase, registry: plan.masked.registry).learned,
      try NetDescription(net, state: phase, registry: plan.masked.registry).learned
    )
    guard !old.isEmpty, !state.history.isEmpty, state.history.count % old.count == 0 else {
      throw SlimError.state("\(state.history.count) history blobs are not for a net with \(old.count) parameters")
    }
    guard state.position.slots.isEmpty else {
      throw SlimError.state("its parameters have update rules of their own, which are not known here")
    }
    var result = SolverState()
    (result.iter, result.currentStep, result.learnedNet) = (state.iter, state.currentStep, learnedNet)
    result.position = state.position
    for slot in 0..<(state.history.count / old.count) {
      for parameter in new {
        guard let index = old.firstIndex(where: { $0.layer == parameter.layer && $0.index == parameter.index }) else {
          result.history.append(
            BlobProto(shape: parameter.shape.dims, data: Floats([Float](repeating: 0, count: parameter.shape.count))))
          continue
        }
        let blob = state.history[slot * old.count + index]
        guard blob.data.count == old[index].shape.count else {
          throw SlimError.state(
            "history blob \(slot * old.count + index), for blob \(parameter.index) of layer '\(parameter.layer)', has \(blob.data.count) values; expected \(old[index].shape.count)"
          )
        }
        let whole = WeightBlob(shape: old[index].shape, data: blob.data)
        let kept = plan.rules.reduce(whole) { $1.kept(of: $0, layer: parameter.layer, parameter.index) }
        guard kept.shape == parameter.shape else {
          throw SlimError.state(
            "layer '\(parameter.layer)' is only in the TRAIN phase and reads channels that are gone; its momentum has the shape \(kept.shape), its blob \(parameter.shape)"
          )
        }
        result.history.append(kept.message)
      }
    }
    return result
  }
}

extension NetDescription {
  /// The learnable blobs, each once, in the order of solver states.
  fileprivate var learned: [(layer: String, index: Int, shape: Shape)] {
    shared.owned.map { (layers[$0.layer].name, $0.blob, layers[$0.layer].blobs[$0.blob].shape) }
  }
}
