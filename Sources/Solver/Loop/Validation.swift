import CaffeProto

extension SolverParameter {
  /// Checks the fields that every run uses (Caffe: the CHECKs of `Solver::Init` and `InitTestNets`).
  func validate() throws(SolverError) {
    guard hasMaxIter else { throw .field("max_iter", "missing: the number of iterations to train") }
    for (field, value, least) in [
      ("max_iter", maxIter, 0), ("average_loss", averageLoss, 1), ("iter_size", iterSize, 1),
      ("display", display, 0),
      ("test_interval", testInterval, 0), ("snapshot", snapshot, 0),
      ("epoch_iters", hasEpochIters ? epochIters : 1, 1),
    ] where value < least {
      throw .field(field, "must be at least \(least), but is \(value)")
    }
    for (field, value) in [
      ("base_lr", baseLr), ("gamma", gamma), ("power", power), ("weight_decay", weightDecay), ("delta", delta),
      ("rms_decay", rmsDecay), ("momentum", momentum), ("momentum2", momentum2),
    ] where !value.isFinite {
      throw .field(field, "must be a finite number, but is \(value)")
    }
    // An infinite bound is none.
    guard !clipGradients.isNaN else { throw .field("clip_gradients", "must be a number, but is \(clipGradients)") }
    for (field, value) in [("momentum", momentum), ("momentum2", momentum2)] where !(0...1).contains(value) {
      throw .field(field, "must be from 0 to 1, but is \(value)")
    }
    for count in testIter where count < 1 { throw .field("test_iter", "must be at least 1, but is \(count)") }
    guard snapshot == 0 || !snapshotPrefix.isEmpty else {
      throw .field("snapshot_prefix", "missing, but snapshot is \(snapshot)")
    }
  }
}
