import CaffeProto
import Engine
import NetModel
import Pruning
import Solver

// caffe_increg's own fields of solver states.
extension PruningRun {
  /// Adds scores, penalties, phase and ratios, where each group lies in one weight.
  func encodeCaffeFields(into state: inout SolverState, _ solver: Solver) {
    guard let control = search?.state else { return }
    state.pruneStage = control.stage
    state.stageIterPruneFinished = control.stageFinishedAt ?? Int(Int32.max)
    state.lastFeasiblePruneIter = control.lastFeasibleIteration
    guard entries.allSatisfy({ $0.family.hasCaffeFields }) else { return }
    state.currentPruneRatio = [BlobProto(vector: control.families.map(\.target))]
    state.lastFeasiblePruneRatio = [BlobProto(vector: control.families.map(\.lastFeasible))]
    state.lastInfeasiblePruneRatio = [BlobProto(vector: control.families.map(\.lastInfeasible))]
    // One blob per parameter of the net; a pruned layer's bias has zeros of the weight's shape, which the original
    // reads back, and the other layers have nothing.
    let count = solver.net.parameters.count
    state.historyScore = Array(repeating: BlobProto(), count: count)
    state.historyPunish = state.historyScore
    for entry in entries where entry.family.ratio > 0 {
      let layer = layers[entry.family.layer]
      for parameter in layer.parameters {
        state.historyScore[parameter] = BlobProto(layer.shape)
        state.historyPunish[parameter] = BlobProto(layer.shape)
      }
      let fields = CaffeGroups(entry.family, layer)
      if let ranks = entry.memory as? Ranks { state.historyScore[layer.parameter] = fields.marks(ranks.mean) }
      state.historyPunish[layer.parameter] = fields.spread(entry.family.state.penalty)
    }
  }

  /// Takes scores, penalties and masks; and phase and ratios, but for a roll-back.
  func decodeCaffeFields(_ state: SolverState, _ solver: Solver, rollback: Bool) throws {
    guard let controller = search else { return }
    for index in entries.indices where entries[index].family.ratio > 0 {
      guard entries[index].family.hasCaffeFields else { continue }
      let layer = layers[entries[index].family.layer]
      let fields = CaffeGroups(entries[index].family, layer)
      guard
        let (marks, penalties) = try fields.read(
          scores: state.historyScore, penalties: state.historyPunish, parameters: solver.net.parameters.count)
      else { continue }
      entries[index].family.state.penalty = penalties
      if var ranks = entries[index].memory as? Ranks {
        ranks.mean = marks
        if let memory = ranks as? Method.Memory { entries[index].memory = memory }
      }
    }
    if !rollback { try controller.take(state) }
    adoptMasks(solver)
    if rollback { return reportRatios(solver) }
    controller.resume(RunHost(self, solver))
  }
}

extension PhaseController {
  /// Takes the fields of a solver state of caffe_increg. A state of stock Caffe has none: pruning then begins with it.
  fileprivate func take(_ saved: SolverState) throws {
    guard saved.hasPruneState else { return }
    guard let phase = CoursePhase(rawValue: saved.pruneState) else {
      throw IncRegError.state(
        "prune_state",
        "unknown phase '\(saved.pruneState)'; there are \(CoursePhase.allCases.map(\.rawValue).joined(separator: ", "))"
      )
    }
    state.phase = phase
    state.stage = saved.pruneStage
    // Where a good stage has just been saved, the number is still the one of that stage (Q27).
    if phase == .prune, saved.iter > 0, saved.iter == saved.lastFeasiblePruneIter { state.stage += 1 }
    state.stageFinishedAt = saved.stageIterPruneFinished == Int(Int32.max) ? nil : saved.stageIterPruneFinished
    state.lastFeasibleIteration = saved.lastFeasiblePruneIter
    state.lastFeasibleAccuracy = settings.baseline
    state.averageSparsity = Ceiling.largestIncrement
    state.increment = Ceiling.largestIncrement
    for (path, field, values) in [
      (\ControlState.Family.target, "current_prune_ratio", saved.currentPruneRatio),
      (\.lastFeasible, "last_feasible_prune_ratio", saved.lastFeasiblePruneRatio),
      (\.lastInfeasible, "last_infeasible_prune_ratio", saved.lastInfeasiblePruneRatio),
    ] {
      guard let values = values.first?.data, values.count == state.families.count else {
        throw IncRegError.state(
          field, "has \(values.first?.data.count ?? 0) values; the net has \(state.families.count) layers")
      }
      guard values.allSatisfy(\.isFinite) else { throw IncRegError.state(field, "holds nan or infinity") }
      values.withUnsafeBufferPointer { values in
        for index in state.families.indices { state.families[index][keyPath: path] = values[index] }
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

extension PrunedFamily {
  /// Whether caffe_increg's fields can hold its groups: rows or columns of one weight.
  fileprivate var hasCaffeFields: Bool { groups.only.map { !$0.slices.areElements } ?? false }
}

/// Where caffe_increg keeps a value per group: in blobs of the weight's shape.
private struct CaffeGroups {
  let family: PrunedFamily
  let layer: PrunableLayer
  /// From one group to the next: scores are in row 0 for columns, in column 0 for rows.
  let stride: Int

  init(_ family: PrunedFamily, _ layer: PrunableLayer) {
    (self.family, self.layer) = (family, layer)
    stride = if case .rows = family.groups.only?.slices { layer.matrix.columns } else { 1 }
  }

  /// One value per group, in the first row or column.
  func marks(_ values: [Float]) -> BlobProto {
    BlobProto(layer.shape) { blob in for group in values.indices { blob[group * stride] = values[group] } }
  }

  /// The group's value for every weight.
  func spread(_ values: [Float]) -> BlobProto {
    BlobProto(layer.shape) { blob in
      guard let member = family.groups.only else { return }
      for row in 0..<layer.matrix.rows {
        for column in 0..<layer.matrix.columns {
          guard let group = member.group(row: row, column: column) else { continue }
          blob[row * layer.matrix.columns + column] = values[group]
        }
      }
    }
  }

  /// Scores and penalties; nil in states of stock Caffe and of unpruned runs, which have none.
  func read(
    scores: [BlobProto], penalties: [BlobProto], parameters: Int
  ) throws -> (marks: [Float], penalties: [Float])? {
    if scores.isEmpty, penalties.isEmpty { return nil }
    let parameter = layer.parameter
    for (field, blobs) in [("history_score", scores), ("history_punish", penalties)] {
      // HDF5 ends with the last blob that is there.
      guard blobs.count <= parameters, parameter < blobs.count else {
        throw IncRegError.state(field, "has \(blobs.count) blobs; the net has \(parameters) parameters")
      }
      guard blobs[parameter].data.count == layer.shape.count else {
        throw IncRegError.state(
          field,
          "blob \(parameter), for layer '\(layer.name)', has \(blobs[parameter].data.count) values; expected \(layer.shape.count)"
        )
      }
    }
    func values(_ blob: BlobProto) -> [Float] {
      blob.data.withUnsafeBufferPointer { values in (0..<family.count).map { values[$0 * stride] } }
    }
    return (values(scores[parameter]), values(penalties[parameter]))
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
