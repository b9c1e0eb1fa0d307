import CaffeProto
import Engine
import NetModel
import Solver

/// Solver states: caffe_increg's fields as it writes them, and the section that makes a resumed run exact.
extension IncRegMethod {
  /// Adds scores, penalties, phase and ratios.
  public func encode(into state: inout SolverState, _ solver: Solver) throws {
    guard let controller else { return }
    let control = controller.state
    state.pruneState = control.phase.rawValue
    state.pruneStage = control.stage
    state.stageIterPruneFinished = control.stageFinishedAt ?? Int(Int32.max)
    state.lastFeasiblePruneIter = control.lastFeasibleIteration
    state.currentPruneRatio = [BlobProto(vector: control.layers.map(\.target))]
    state.lastFeasiblePruneRatio = [BlobProto(vector: control.layers.map(\.lastFeasible))]
    state.lastInfeasiblePruneRatio = [BlobProto(vector: control.layers.map(\.lastInfeasible))]
    // One blob per parameter of the net; a pruned layer's bias has zeros of the weight's shape, which the original
    // reads back, and the other layers have nothing.
    let count = solver.net.parameters.count
    state.historyScore = Array(repeating: BlobProto(), count: count)
    state.historyPunish = state.historyScore
    for layer in layers where layer.ratio > 0 {
      for parameter in layer.parameters {
        state.historyScore[parameter] = BlobProto(layer.shape)
        state.historyPunish[parameter] = BlobProto(layer.shape)
      }
      state.historyScore[layer.parameter] = layer.scores
      state.historyPunish[layer.parameter] = layer.penalties
    }
    try StateSection(control, layers).add(to: &state)
  }

  /// Takes scores, penalties and masks; and phase and ratios, but for a roll-back.
  public func decode(from state: SolverState, _ solver: Solver, rollback: Bool) throws {
    guard let controller else { return }
    for index in layers.indices where layers[index].ratio > 0 {
      try layers[index].take(
        scores: state.historyScore, penalties: state.historyPunish, parameters: solver.net.parameters.count)
    }
    let section = try StateSection(state)
    if !rollback {
      if let section { controller.state = section.control } else { try controller.take(state) }
      guard controller.state.layers.count == layers.count else {
        throw IncRegError.state(
          "ratios", "are those of \(controller.state.layers.count) layers; the net has \(layers.count)")
      }
    }
    adoptMasks(solver)
    if rollback { reportRatios(solver) }
    if rollback { return }
    guard let section else {
      controller.resume(SolverHost(self, solver))
      return
    }
    guard section.layers.count == layers.count else {
      throw IncRegError.state("layers", "are \(section.layers.count); the net has \(layers.count)")
    }
    for (index, saved) in section.layers.enumerated() { try saved.restore(&layers[index]) }
    goesOn = controller.state.stage > 0
    guard !solver.updateIsMade, solver.iteration > 0 else { return }
    // What is resumed from is replaced by the next periodic snapshot, as it would have been; with it goes the one before,
    // which a run that was killed may not have removed yet.
    let isPeriodic = solver.parameter.snapshot > 0 && solver.iteration % solver.parameter.snapshot == 0
    leftSnapshots = [isPeriodic ? controller.state.periodicSnapshot : solver.iteration].compactMap(\.self)
    if isPeriodic { controller.state.periodicSnapshot = solver.iteration }
  }

  /// Deletes the periodic snapshots before this one, as the original does.
  public func didSnapshot(_ solver: Solver) throws {
    removePeriodicSnapshots(solver, but: solver.iteration)
    controller?.state.periodicSnapshot = solver.iteration
  }

  /// Deletes all periodic snapshots, but for that of iteration `kept`.
  func removePeriodicSnapshots(_ solver: Solver, but kept: Int? = nil) {
    for last in [controller?.state.periodicSnapshot].compactMap(\.self) + leftSnapshots where last != kept {
      OldSnapshot.remove(solver, iteration: last)
    }
    leftSnapshots = []
    controller?.state.periodicSnapshot = nil
  }
}

extension PhaseController {
  /// Takes the fields of a solver state of caffe_increg; a state of stock Caffe has none, and the run begins with it.
  fileprivate func take(_ saved: SolverState) throws {
    guard saved.hasPruneState else { return }
    guard let phase = Phase(rawValue: saved.pruneState) else {
      throw IncRegError.state(
        "prune_state",
        "unknown phase '\(saved.pruneState)'; there are \(Phase.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    state.phase = phase
    state.stage = saved.pruneStage
    // Where a good stage has just been saved the number is still that stage's (Q27).
    if phase == .prune, saved.iter > 0, saved.iter == saved.lastFeasiblePruneIter { state.stage += 1 }
    state.stageFinishedAt = saved.stageIterPruneFinished == Int(Int32.max) ? nil : saved.stageIterPruneFinished
    state.lastFeasibleIteration = saved.lastFeasiblePruneIter
    state.lastFeasibleAccuracy = settings.baseline
    state.averageSparsity = Ceiling.largestIncrement
    state.increment = Ceiling.largestIncrement
    for (path, field, values) in [
      (\ControlState.Layer.target, "current_prune_ratio", saved.currentPruneRatio),
      (\.lastFeasible, "last_feasible_prune_ratio", saved.lastFeasiblePruneRatio),
      (\.lastInfeasible, "last_infeasible_prune_ratio", saved.lastInfeasiblePruneRatio),
    ] {
      guard let values = values.first?.data, values.count == state.layers.count else {
        throw IncRegError.state(
          field, "has \(values.first?.data.count ?? 0) values; the net has \(state.layers.count) layers")
      }
      values.withUnsafeBufferPointer { values in
        for index in state.layers.indices { state.layers[index][keyPath: path] = values[index] }
      }
    }
  }

  /// Goes on in the phase of a solver state of caffe_increg.
  fileprivate func resume(_ host: some PhaseHost) {
    guard state.stage > 0 else { return }
    counted(host.budget())
    enter(state.phase, host)
  }
}

extension PrunableLayer {
  /// The rank means where the original keeps them: in row 0 for columns, in column 0 for rows.
  fileprivate var scores: BlobProto {
    BlobProto(shape) { values in
      let stride = space.kind == .row ? space.columns : 1
      for group in state.rankMean.indices { values[group * stride] = state.rankMean[group] }
    }
  }

  /// The penalty of every weight.
  fileprivate var penalties: BlobProto {
    BlobProto(shape) { values in
      forEachWeight { index, group in values[index] = state.lambda[group] }
    }
  }

  fileprivate mutating func take(scores: [BlobProto], penalties: [BlobProto], parameters: Int) throws {
    // States of stock Caffe and of unpruned runs have none.
    if scores.isEmpty, penalties.isEmpty { return }
    for (field, blobs) in [("history_score", scores), ("history_punish", penalties)] {
      // HDF5 ends with the last blob that is there.
      guard blobs.count <= parameters, parameter < blobs.count else {
        throw IncRegError.state(field, "has \(blobs.count) blobs; the net has \(parameters) parameters")
      }
      guard blobs[parameter].data.count == shape.count else {
        throw IncRegError.state(
          field,
          "blob \(parameter), for layer '\(name)', has \(blobs[parameter].data.count) values; expected \(shape.count)")
      }
    }
    let stride = space.kind == .row ? space.columns : 1
    scores[parameter].data.withUnsafeBufferPointer { values in
      for group in state.rankMean.indices { state.rankMean[group] = values[group * stride] }
    }
    penalties[parameter].data.withUnsafeBufferPointer { values in
      for group in state.lambda.indices { state.lambda[group] = values[group * stride] }
    }
  }
}

extension BlobProto {
  /// A blob of `shape`, zero but for what `fill` writes.
  fileprivate init(_ shape: Shape, fill: (UnsafeMutableBufferPointer<Float>) -> Void = { _ in }) {
    self.init()
    self.shape.dim = shape.dims
    data = Floats(count: shape.count) { values in
      values.update(repeating: 0)
      fill(values)
    }
  }

  /// A blob with one axis.
  fileprivate init(vector: [Float]) {
    self.init([vector.count]) { values in for index in vector.indices { values[index] = vector[index] } }
  }
}
