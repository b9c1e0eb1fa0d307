import CaffeProto
import Engine
import Glibc
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
    let isBinary = parameter.snapshotFormat == .binaryproto
    let (kind, suffix) = isBinary ? ("binary proto", "") : ("HDF5", ".h5")
    let model = snapshotPath(tag: tag, ending: ".caffemodel" + suffix)
    let path = snapshotPath(tag: tag, ending: ".solverstate" + suffix)
    // Killed between the two files, a run must not leave an older state beside newer weights.
    _ = unlink(path)
    log.info("Snapshotting to \(kind) file \(model)")
    let diff = parameter.snapshotDiff
    try CaffeModel.write(net.weights(sharedOnce: !isBinary, diff: diff), to: model, includingDiff: diff)
    var state = SolverState()
    state.iter = iteration
    state.learnedNet = model
    state.currentStep = currentStep
    // All parameters' first slots, then all second ones, as Caffe appends what a rule adds.
    state.history = (0..<type(of: rule).slots).flatMap { slot in
      history.map { BlobProto(shape: $0[slot].shape.dims, data: Floats($0[slot].count, $0[slot].copyData)) }
    }
    state.position = position
    try hook?.encode(into: &state, self)
    log.info("Snapshotting solver state to \(kind) file \(path)")
    try SolverStateFile.write(state, to: path)
    try onEvent(.snapshot(iteration: iteration, weights: model, state: path))
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
    guard state.iter >= 0, state.currentStep >= 0 else {
      throw SolverError.state(path: path, "iter is \(state.iter) and current_step \(state.currentStep)")
    }
    let slots = type(of: rule).slots
    guard state.history.count == slots * history.count else {
      throw SolverError.state(
        path: path,
        "has \(state.history.count) history blobs; \(type(of: rule).name) with \(history.count) parameters needs \(slots * history.count)"
      )
    }
    for (index, blob) in state.history.enumerated() {
      let learned = net.parameters[index % history.count]
      let expected = learned.blob.count
      guard blob.data.count == expected else {
        throw SolverError.state(
          path: path,
          "history blob \(index), for blob \(learned.index) of layer '\(learned.layer)', has \(blob.data.count) values; expected \(expected)"
        )
      }
    }
    if state.hasLearnedNet { try loadTrainNet(state.learnedNet, besides: path) }
    iteration = state.iter
    currentStep = state.currentStep
    log.info("\(type(of: rule).name)Solver: restoring history")
    for (index, blob) in state.history.enumerated() {
      history[index % history.count][index / history.count].mutableData.copy(blob.data)
    }
    // A roll-back goes on with the data that follows, as the original program does.
    if !rollback { try take(state.position, from: path) }
    try hook?.decode(from: state, self, rollback: rollback)
  }
}
