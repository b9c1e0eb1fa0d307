/// What somebody outside asks a running solver to do (Caffe: `SolverAction`).
public enum SolverAction: String, CaseIterable, Sendable {
  /// Nothing.
  case none
  /// To end after this iteration, with a snapshot if the parameters ask for one after training.
  case stop
  /// To write a snapshot and go on.
  case snapshot
}
