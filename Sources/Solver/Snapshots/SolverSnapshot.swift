import CaffeProto
import Engine
import NetIO
import NetModel

extension Solver {
  /// The path of a snapshot's file in Caffe's form, `<prefix><tag>_iter_<iteration><ending>`.
  public func snapshotPath(tag: String = "", iteration: Int? = nil, ending: String) -> String {
    "\(parameter.snapshotPrefix)\(tag)_iter_\(iteration ?? self.iteration)\(ending)"
  }

  /// Writes the weights and the solver's state (Caffe: `Solver::Snapshot`). A run resumed from it takes the course of
  /// this one, also where the hook asks for it in the middle of an iteration.
  ///
  /// - Parameter tag: comes behind the prefix; pruning methods name their stages with it
  /// - Returns: the path of the solver state, which ``restore(_:rollback:)`` takes
  @discardableResult public func snapshot(tag: String = "") throws -> String {
    try hook?.willSave(self)
    try averageStatistics()
    try checkBeforeSnapshot()
    let isBinary = parameter.snapshotFormat == .binaryproto
    let (kind, suffix) = isBinary ? ("binary proto", "") : ("HDF5", ".h5")
    let model = snapshotPath(tag: tag, ending: ".caffemodel" + suffix)
    let path = snapshotPath(tag: tag, ending: ".solverstate" + suffix)
    // Nobody goes on before the files are there: a hook may read them again.
    guard communicator.isFirst else {
      try communicator.meet()
      return path
    }
    log.info("Snapshotting to \(kind) file \(model)")
    let diff = parameter.snapshotDiff
    let weights = try CaffeModel.stage(
      net.weights(sharedOnce: !isBinary, diff: diff), to: model, includingDiff: diff)
    var state = SolverState()
    state.iter = iteration
    state.learnedNet = model
    state.currentStep = currentStep
    state.history = historyOrder.map {
      let blob = history[$0.parameter][$0.slot]
      return BlobProto(shape: blob.shape.dims, data: Floats(blob.count, blob.copyData))
    }
    state.position = position
    try hook?.encode(into: &state, self)
    log.info("Snapshotting solver state to \(kind) file \(path)")
    try StagedFile.commit([weights, SolverStateFile.stage(state, to: path)])
    try onEvent(.snapshot(iteration: iteration, weights: model, state: path))
    try communicator.meet()
    return path
  }

  /// Goes back to a snapshot: weights, iteration, history, and what the hook saved (Caffe: `Solver::Restore`).
  ///
  /// - Parameters:
  ///   - path: the solver state
  ///   - rollback: the hook asked for it and keeps its control state
  /// - Throws: ``SolverError/state(path:_:)`` where the state does not fit, `NetError` where its weights do not, or
  ///   what reading a file throws
  public func restore(_ path: String, rollback: Bool = false) throws {
    try adopt()
    let state = try SolverStateFile.read(path)
    let counts = 0...Int(Int32.max)
    guard counts.contains(state.iter), counts.contains(state.currentStep) else {
      throw SolverError.state(path: path, "iter is \(state.iter) and current_step \(state.currentStep)")
    }
    try checkHistory(of: state, from: path)
    if state.hasLearnedNet { try loadTrainNet(state.learnedNet, besides: path) }
    iteration = state.iter
    currentStep = state.currentStep
    optimiserStart = state.position.optimiserReset
    log.info("\(parameter.type)Solver: restoring history")
    for (place, blob) in zip(historyOrder, state.history) {
      history[place.parameter][place.slot].mutableData.copy(blob.data)
    }
    // A roll-back goes on with the data that follows, as the original program does.
    if !rollback { try take(state.position, from: path) }
    try hook?.decode(from: state, self, rollback: rollback)
  }

  /// Where the history blobs of a solver state go: all parameters' first slots, then all second ones, as Caffe appends
  /// what a rule adds.
  private var historyOrder: [(parameter: Int, slot: Int)] {
    let most = history.map(\.count).max() ?? 0
    return (0..<most).flatMap { slot in
      history.indices.filter { history[$0].count > slot }.map { (parameter: $0, slot: slot) }
    }
  }

  private func checkHistory(of state: SolverState, from path: String) throws {
    let order = historyOrder
    guard state.history.count == order.count else {
      var names: [String] = []
      for rule in rules where !names.contains(type(of: rule).name) { names.append(type(of: rule).name) }
      throw SolverError.state(
        path: path,
        "has \(state.history.count) history blobs; \(names.joined(separator: ", ")) with \(history.count) parameters needs \(order.count)"
      )
    }
    let (saved, slots) = (state.position.slots, history.map(\.count))
    guard saved == slots || saved.isEmpty && Set(slots).count <= 1 else {
      throw SolverError.state(
        path: path, "its update rules remember \(saved) arrays of the parameters, those of this run \(slots)")
    }
    for (index, (place, blob)) in zip(order, state.history).enumerated() {
      let learned = net.parameters[place.parameter]
      let expected = learned.blob.count
      guard blob.data.count == expected else {
        throw SolverError.state(
          path: path,
          "history blob \(index), for blob \(learned.index) of layer '\(learned.layer)', has \(blob.data.count) values; expected \(expected)"
        )
      }
    }
    let (reset, next) = (state.position.optimiserReset, state.iter + (state.position.updated ? 1 : 0))
    guard reset >= 0, reset <= next else {
      throw SolverError.state(path: path, "the update rules begin with iteration \(reset), but \(next) is next")
    }
  }
}
